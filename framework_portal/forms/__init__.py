"""What every form shares. A page-writer imports from here."""

from framework_portal.forms.base import (
    FilterForm,
    PortalForm,
    PortalModelForm,
    refuse,
)
from framework_portal.forms.dates import GovDateField, GovMomentField
from framework_portal.forms.fields import MoneyField, UploadField, WordCountField
from framework_portal.forms.layout import Button, ButtonGroup, Details, Hidden, Revealing
from framework_portal.forms.words import count_words

__all__ = [
    "Button",
    "ButtonGroup",
    "Details",
    "FilterForm",
    "GovDateField",
    "GovMomentField",
    "Hidden",
    "MoneyField",
    "PortalForm",
    "PortalModelForm",
    "Revealing",
    "UploadField",
    "WordCountField",
    "count_words",
    "refuse",
]
