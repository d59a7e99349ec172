"""Every component and form field on one page, to be looked at. Only in the demonstration."""

from datetime import timedelta
from decimal import Decimal

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.layout import Field, Fieldset, Layout, Size
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from framework_portal import clock
from framework_portal.access import public
from framework_portal.forms import (
    FilterForm,
    GovDateField,
    GovMomentField,
    MoneyField,
    PortalForm,
    Revealing,
    UploadField,
    WordCountField,
)
from framework_portal.templatetags.portal import STATES

LONG = (
    "Resettlement and accommodation support for women leaving custody across every police area "
    "of the region, with Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch in it"
)
KINDS = [
    Choice("charity", "Charity", hint="Registered with a charity regulator", divider="or"),
    Choice("company", "Company <b>& sons</b>"),
    Choice("other", LONG),
]


class SampleForm(PortalForm):
    """One of each field."""

    button = "Save and continue"
    later = True

    name = forms.CharField(
        label="Name of the organisation",
        help_text="As it stands in the register",
        widget=forms.TextInput({"autocomplete": "organization"}),
    )
    email = forms.EmailField(label="E-mail address")
    telephone = forms.CharField(label="Telephone", widget=forms.TextInput({"type": "tel"}))
    people = forms.IntegerField(
        label="Number of people",
        min_value=1,
        widget=forms.NumberInput({"class": "govuk-input--width-4"}),
    )
    secret = forms.CharField(label="Password", widget=forms.PasswordInput)
    price = MoneyField(label="Total price, excluding VAT", help_text="In pounds")
    method = WordCountField(label="How will you deliver the service?", max_words=20, rows=5)
    notes = forms.CharField(label="Notes", widget=forms.Textarea({"rows": 3}))
    region = forms.ChoiceField(
        label="Region", choices=[("", "Choose one"), ("wales", "Wales"), ("long", LONG)]
    )
    kind = forms.ChoiceField(label="Kind of organisation", choices=KINDS, widget=forms.RadioSelect)
    other_kind = forms.CharField(label="What kind?", required=False)
    grant = forms.ChoiceField(
        label="Contract or grant?",
        choices=[("contract", "Contract"), ("grant", "Grant")],
        widget=forms.RadioSelect,
    )
    areas = forms.MultipleChoiceField(
        label="Areas",
        help_text="Select all that you serve",
        choices=[("gwent", "Gwent"), ("kent", "Kent"), ("long", LONG)],
        widget=forms.CheckboxSelectMultiple,
    )
    starts_on = GovDateField(label="Start of the contract", help_text="For example, 27 3 2027")
    closes_at = GovMomentField(label="Closing time", help_text="For example, 5 6 2027, 2pm")
    evidence = UploadField(label="Evidence", help_text="PDF or Word, at most 20 MB")
    declared = forms.BooleanField(label="I confirm that what I have said is true")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        before = ["email", "telephone", "people", "secret", "price", "method", "notes", "region"]
        after = ["starts_on", "closes_at", "evidence", "declared"]
        self.helper.layout = Layout(
            Fieldset(
                Field.text("name", label_size=Size.MEDIUM),
                *before,
                Revealing("kind", {"other": ["other_kind"]}, legend_size=Size.MEDIUM),
                Field.radios("grant", inline=True),
                Field.checkboxes("areas", small=True),
                *after,
                legend=LONG,
                legend_size=Size.LARGE,
            )
        )


class SampleFilter(FilterForm):
    """A list narrowed by a word and two choices."""

    words = forms.CharField(label="Words", max_length=100)
    state = forms.ChoiceField(label="Status", choices=[("", "Any"), ("open", "Open")])
    area = forms.MultipleChoiceField(
        label="Area",
        choices=[("gwent", "Gwent"), ("kent", "Kent")],
        widget=forms.CheckboxSelectMultiple,
    )


@public
@require_safe
def components(request):
    """All of them, plain and in error."""
    if not settings.DEMONSTRATION:
        raise Http404
    at = clock.now()
    wrong = {"starts_on_day": "31", "starts_on_month": "2", "starts_on_year": "2027"}
    wrong |= {"price": "12,3", "method": "word " * 22, "kind": "other", "email": LONG}
    filters = SampleFilter(request.GET)
    messages.success(request, _("Your changes are saved"))
    context = {
        "at": at,
        "soon": at + timedelta(hours=26, minutes=5),
        "today": at + timedelta(minutes=70),
        "price": Decimal("1234.5"),
        "long": LONG,
        "states": list(STATES),
        "plain": SampleForm(auto_id="plain_%s"),
        "form": SampleForm(wrong, auto_id="wrong_%s"),
        "filters": filters,
        "page": Paginator(range(1000), 10).get_page(request.GET.get("page")),
        "tasks": [
            {"words": "Your organisation", "url": "#tasks", "state": "completed"},
            {"words": LONG, "url": "#tasks", "state": "in_progress", "hint": "Two questions left"},
            {"words": "Your price", "url": "#tasks", "state": "not_started"},
            {"words": "Check and submit", "url": "", "state": "cannot_start"},
        ],
    }
    return render(request, "framework_portal/demonstration/components.html", context)
