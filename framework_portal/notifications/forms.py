"""Narrowing the demonstration's mailbox."""

from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import FilterForm


class MailFilter(FilterForm):
    """By recipient."""

    to = forms.CharField(label=_("Email address"), max_length=254)
