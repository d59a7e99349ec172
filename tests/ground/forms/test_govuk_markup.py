"""Our fields against the HTML that GOV.UK Frontend publishes for each of its components."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from crispy_forms.utils import render_crispy_form
from crispy_forms_gds.choices import Choice
from crispy_forms_gds.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.template import engines

from framework_portal.forms import (
    GovDateField,
    PortalForm,
    Revealing,
    WordCountField,
)

COMPONENTS = Path(__file__).parents[3] / "node_modules/govuk-frontend/dist/govuk/components"
pytestmark = pytest.mark.skipif(
    not COMPONENTS.exists(), reason="govuk-frontend is missing; make assets fetches it"
)
# Django says these too, or names things its own way; neither changes what is seen or heard.
OURS = {"name", "aria-invalid", "cols", "rows", "selected"}
EMPTY = {"input", "br", "path"}


class Tree(HTMLParser):
    """HTML as nested (tag, attributes, children), with spaces and the order of classes aside."""

    def __init__(self, html):
        super().__init__()
        self.root = self.here = ("root", {}, [])
        self.above = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        kept = {name: value or "" for name, value in attrs if name not in OURS}
        for spaced in ("class", "aria-describedby"):
            if spaced in kept:
                kept[spaced] = sorted(kept[spaced].split())
        node = (tag, kept, [])
        self.here[2].append(node)
        if tag not in EMPTY:
            self.above.append(self.here)
            self.here = node

    def handle_endtag(self, tag):
        if tag not in EMPTY:
            self.here = self.above.pop()

    def handle_data(self, data):
        if words := " ".join(data.split()):
            self.here[2].append(words)


def fixture(component, name):
    known = json.loads((COMPONENTS / component / "fixtures.json").read_text())["fixtures"]
    found = next(each for each in known if each["name"] == name)
    return found["options"], Tree(found["html"]).root


def ours(field, options, *, value=None, layout=None, more=None):
    """The field as our templates render it, under the fixture's id, with the fixture's error."""
    name = options.get("id") or options.get("idPrefix") or options["name"]
    field.label = (options.get("label") or options["fieldset"]["legend"])["text"]
    field.help_text = options.get("hint", {}).get("text", "")
    kind = type("Sample", (PortalForm,), {name: field, "button": None} | (more or {}))
    data = {name: value} if value is not None else None
    if "errorMessage" in options:
        data = data or {}
        field.required = False

        def clean(self):
            self.errors[name] = self.error_class([options["errorMessage"]["text"]])

        kind.clean = clean
    form = kind(data, auto_id="%s")
    form.helper.form_tag = False
    form.helper.disable_csrf = True
    form.helper.layout = Layout(layout(name) if layout else name)
    return Tree(render_crispy_form(form)).root


def choices(options):
    return [Choice(item["value"], item["text"]) for item in options["items"]]


@pytest.mark.parametrize(
    "name", ["default", "with hint text", "with error message", "with error and hint"]
)
def test_a_text_box_is_as_published(name):
    options, published = fixture("input", name)

    assert ours(forms.CharField(), options) == published


def test_a_prefix_and_suffix_are_as_published():
    options, published = fixture("input", "with prefix and suffix and error")
    field = forms.CharField()
    field.prefix, field.suffix = "£", "per item"

    assert ours(field, options) == published


def test_a_label_as_the_heading_of_the_page_is_as_published():
    options, published = fixture("input", "with label as page heading")

    def layout(name):
        return Field.text(name, label_tag="h1", label_size="l")

    assert ours(forms.CharField(), options, layout=layout) == published


@pytest.mark.parametrize("name", ["default", "with hint", "with hint and error message"])
def test_a_text_area_is_as_published(name):
    options, published = fixture("textarea", name)

    assert ours(forms.CharField(widget=forms.Textarea), options) == published


@pytest.mark.parametrize(
    "name", ["with count type 'words'", "with count type 'words' and error message"]
)
def test_a_word_count_is_as_published(name):
    options, published = fixture("character-count", name)
    field = WordCountField(max_words=options["maxlength"])

    assert ours(field, options, value=options.get("value")) == published


@pytest.mark.parametrize("name", ["inline", "with hint and error message"])
def test_radios_are_as_published(name):
    options, published = fixture("radios", name)
    field = forms.ChoiceField(choices=choices(options), widget=forms.RadioSelect)
    chosen = next((item["value"] for item in options["items"] if item.get("checked")), None)
    inline = "inline" in options.get("classes", "")

    rendered = ours(
        field, options, value=chosen, layout=lambda name: Field.radios(name, inline=inline)
    )

    assert without_heading(rendered) == without_heading(published)


@pytest.mark.parametrize("name", ["with hint", "with error message and hint"])
def test_checkboxes_are_as_published(name):
    options, published = fixture("checkboxes", name)
    field = forms.MultipleChoiceField(choices=choices(options), widget=forms.CheckboxSelectMultiple)

    assert without_heading(ours(field, options)) == without_heading(published)


def without_heading(tree):
    """The fixtures differ in how they size a legend; that is the page's choice."""
    tag, attributes, children = tree
    if tag == "legend":
        attributes = {**attributes, "class": ["govuk-fieldset__legend"]}
    kept = [each if isinstance(each, str) else without_heading(each) for each in children]
    if tag == "legend" and kept and not isinstance(kept[0], str):
        kept = kept[0][2]
    return tag, attributes, kept


def test_revealing_radios_are_as_published_and_know_the_choice_by_its_value():
    options, published = fixture("radios", "with conditional item checked")
    field = forms.ChoiceField(choices=choices(options), widget=forms.RadioSelect)
    more = {item["value"] + "_address": forms.CharField() for item in options["items"]}
    revealed = {item["value"]: [item["value"] + "_address"] for item in options["items"]}

    rendered = ours(
        field, options, value="email", layout=lambda name: Revealing(name, revealed), more=more
    )

    def shells(tree):
        """The tree without what is revealed: its parts are tested by themselves."""
        tag, attributes, children = tree
        if "govuk-radios__conditional" in attributes.get("class", []):
            return tag, attributes, []
        return tag, attributes, [c if isinstance(c, str) else shells(c) for c in children]

    assert shells(rendered) == shells(published)


def test_a_select_is_as_published():
    options, published = fixture("select", "with hint text and error message")
    listed = [(item["value"], item["text"]) for item in options["items"]]

    assert ours(forms.ChoiceField(choices=listed), options) == published


def test_a_date_is_as_published_and_only_the_wrong_part_is_marked():
    options, published = fixture("date-input", "with error on month input")
    field = GovDateField()

    class Sample(PortalForm):
        button = None

        def clean(self):
            self.add_error("dob-month-error", options["errorMessage"]["text"])
            self.fields["dob-month-error"].widget.wrong = {"month"}

    Sample.base_fields["dob-month-error"] = field
    field.label, field.required = options["fieldset"]["legend"]["text"], False
    field.help_text = options["hint"]["text"]
    form = Sample({}, auto_id="%s")
    form.helper.form_tag = False
    form.helper.disable_csrf = True

    assert Tree(render_crispy_form(form)).root == published


def test_a_password_is_as_published():
    options, published = fixture("password-input", "with error message")
    field = forms.CharField(widget=forms.PasswordInput)

    assert ours(field, options) == published


def test_the_error_summary_is_as_published():
    options, published = fixture("error-summary", "mixed with and without links")

    class Sample(PortalForm):
        def clean(self):
            raise ValidationError(options["errorList"][0]["text"])

    field = forms.BooleanField(error_messages={"required": options["errorList"][1]["text"]})
    Sample.base_fields["example-error-1"] = field
    template = engines["django"].from_string("{% load portal %}{% error_summary form %}")
    html = template.render({"form": Sample({}, auto_id="%s")})

    assert Tree(html).root == published
