"""Input that cannot be stored is refused by field; all else that was typed stays."""

import pytest
from crispy_forms.utils import render_crispy_form
from crispy_forms_gds.choices import Choice
from crispy_forms_gds.layout import Field, Fieldset, Layout
from django import forms
from django.forms import formset_factory
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from framework_portal.forms import (
    Button,
    FilterForm,
    GovDateField,
    Hidden,
    PortalForm,
    Revealing,
    WordCountField,
    refuse,
)
from framework_portal.forms.errors import summary
from framework_portal.refusals import Refused

REFUSED = [*map(chr, [0, 1, 8, 0xB, 0xC, 0x1F, 0x7F, 0x85, 0x9F, 0xD800, 0xDFFF])]
MARKUP = "<script>alert(1)</script>{{ settings.SECRET_KEY }}{% now 'Y' %}\"'>"


class Sample(PortalForm):
    name = forms.CharField(label="Name", max_length=50)
    notes = forms.CharField(label="Notes", widget=forms.Textarea, required=False)
    starts_on = GovDateField(label="Start", required=False)


@pytest.mark.parametrize("character", REFUSED)
def test_a_character_that_cannot_be_kept_is_refused_and_the_rest_stays(character):
    form = Sample({"name": f"Hope{character} Trust", "notes": "kept"})

    assert list(form.errors) == ["name"]
    assert "held characters that cannot be kept" in form.errors["name"][0]
    assert form["name"].value() == "Hope Trust"
    assert form["notes"].value() == "kept"
    render_crispy_form(form).encode()


def test_parts_of_a_date_are_looked_at_too():
    data = QueryDict("name=Hope&starts_on_day=1%00&starts_on_month=1&starts_on_year=2027")

    assert list(Sample(data).errors) == ["starts_on"]


def test_tabs_line_breaks_and_every_script_are_welcome():
    typed = "Line\r\nnext\tcolumn – café 中文 العربية 🎈 \ufeff\u180e\u200d"

    form = Sample({"name": "x", "notes": typed})

    assert form.errors == {}
    assert form.cleaned_data["notes"] == typed.strip()


@given(st.text(st.characters(), max_size=80))
def test_whatever_is_typed_the_page_can_be_shown_again(typed):
    form = Sample({"name": typed, "notes": typed})

    form.is_valid()

    render_crispy_form(form).encode()


@pytest.mark.parametrize("name, longest", [("line", 1_000), ("text", 100_000)])
def test_no_answer_is_endless(name, longest):
    class Endless(PortalForm):
        line = forms.CharField(required=False)
        text = forms.CharField(widget=forms.Textarea, required=False)

    assert Endless({name: "x" * longest}).is_valid()
    assert list(Endless({name: "x" * (longest + 1)}).errors) == [name]


def test_numbers_are_typed_as_text_and_a_huge_one_is_a_form_error():
    class Count(PortalForm):
        people = forms.IntegerField(label="Number of people")

    form = Count({"people": "9" * 5_000})

    assert form.errors["people"] == ["Number of people must be a whole number, like 12"]
    assert 'inputmode="numeric"' in render_crispy_form(Count())
    assert 'type="number"' not in render_crispy_form(Count())


def test_what_an_action_refused_stands_at_its_field_or_on_top():
    form = Sample({"name": "Hope"})

    refuse(form, Refused("taken", "That name is taken", field="name"))
    refuse(form, Refused("closed", "The competition has closed"))
    refuse(form, Refused("odd", "Something else", field="no_such_field"))

    assert summary(form) == [
        {"words": "The competition has closed", "target": ""},
        {"words": "Something else", "target": ""},
        {"words": "That name is taken", "target": "id_name"},
    ]


def test_a_formset_tells_its_errors_too():
    forms_of = formset_factory(Sample, extra=0)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-name": "x"}
    data |= {"form-1-notes": "a name is missing"}

    lines = summary(forms_of(data))

    assert lines == [{"words": "Enter name", "target": "id_form-1-name"}]


def test_every_error_leads_to_a_control_that_is_there():
    class Everything(PortalForm):
        line = forms.CharField()
        radios = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
        boxes = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)
        one = forms.BooleanField()
        on = GovDateField()
        file = forms.FileField()
        listed = forms.ChoiceField(choices=[("", "Choose"), ("a", "A")])
        words = WordCountField(max_words=3)

    form = Everything({})
    html = render_crispy_form(form)

    assert len(summary(form)) == 8
    assert [line for line in summary(form) if f'id="{line["target"]}"' not in html] == []


def test_a_word_limit_needs_no_help_text():
    class Limited(PortalForm):
        method = forms.CharField(widget=forms.Textarea)

    form = Limited()
    form.helper.layout = Layout(Field.textarea("method", max_words=20, threshold=75))

    html = render_crispy_form(form)

    assert 'data-maxlength="20" data-count-type="words" data-threshold="75"' in html
    assert 'aria-describedby="id_method-info"' in html
    assert "data-maxwords" not in html


def test_nothing_that_somebody_typed_becomes_markup():
    class Hostile(PortalForm):
        name = forms.CharField(label=MARKUP, help_text=MARKUP)
        kind = forms.ChoiceField(
            label=MARKUP,
            choices=[Choice(MARKUP, MARKUP, hint=MARKUP, divider=MARKUP), ("b", MARKUP)],
            widget=forms.RadioSelect,
        )
        other = forms.CharField(label=MARKUP, required=False)
        boxes = forms.MultipleChoiceField(
            label=MARKUP, choices=[(MARKUP, MARKUP)], widget=forms.CheckboxSelectMultiple
        )
        agreed = forms.BooleanField(label=MARKUP, error_messages={"required": MARKUP})
        on = GovDateField(label=MARKUP)

    form = Hostile({"name": MARKUP, "kind": MARKUP, "other": MARKUP})
    form.add_error(None, MARKUP)
    form.helper.layout = Layout(
        Fieldset("name", Revealing("kind", {MARKUP: ["other"]}), legend=MARKUP, legend_tag="h1"),
        "boxes",
        "agreed",
        "on",
        Hidden("version", MARKUP),
        Button("go", MARKUP),
    )

    html = render_crispy_form(form)

    assert "<script" not in html
    assert "2026" not in html
    assert html.count("&lt;script&gt;") > 12


def test_a_form_turns_the_browsers_own_validation_off_whoever_made_its_helper():
    form = Sample()

    assert "novalidate" in render_crispy_form(form)
    form.helper.attrs = {}
    assert "novalidate" in render_crispy_form(form)


class Narrow(FilterForm):
    words = forms.CharField(label="Words", max_length=20)
    state = forms.ChoiceField(choices=[("", "Any"), ("open", "Open")])


def test_a_filter_keeps_what_it_understands_and_ignores_the_rest():
    assert Narrow(QueryDict("words=care&state=nonsense")).chosen() == {"words": "care"}
    assert Narrow(QueryDict("")).chosen() == {}
    assert Narrow().chosen() == {}
    assert Narrow(QueryDict(f"words={'x' * 21}&state=open")).chosen() == {"state": "open"}
