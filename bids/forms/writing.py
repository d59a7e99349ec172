"""What is written in a draft. Each form carries what its page showed: nothing is overwritten."""

import json
from decimal import Decimal

from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.utils.translation import gettext_lazy as _

from bids.content import answer_text, fingerprint, price_of, price_value
from bids.merging import combined
from framework_portal.forms import Button, MoneyField, PortalForm, WordCountField
from framework_portal.forms.base import LONGEST_TEXT

NO_NAMES = _("Do not name anyone you support.")


class DraftForm(PortalForm):
    """The base of every page of a draft: saves and goes on, or saves and goes back."""

    button = _("Save and continue")
    later = True

    # The fingerprint of what the page showed; whoever changes it is shown both versions.
    shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def ask_again(self, theirs):
        """Show the form once more, now over `theirs`: saving is a choice between the two."""
        self.now_shows(theirs)
        self.helper.inputs = [
            Button.primary("save", _("Save my version")),
            Button.secondary("keep", _("Keep the other version")),
        ]

    def now_shows(self, value):
        """The page, shown again, stands over `value`."""
        self.data = self.data.copy()
        self.data[self.add_prefix("shown")] = fingerprint(value)

    def give_up(self):
        """Take the buttons away: nothing can be saved any more, and the text stays to be copied."""
        self.helper.inputs = []


class MergingForm(DraftForm):
    """The base of a page of text: carries what it showed, so that two changes can be merged."""

    base = forms.CharField(
        required=False, strip=False, max_length=2 * LONGEST_TEXT, widget=forms.HiddenInput
    )

    def said(self):
        """What the part says already, as the page came to know it."""
        return self.now

    def combine(self, theirs):
        """Put both versions into the form: what is typed, and `theirs`."""
        self.ask_again(theirs)
        for name, value in self.with_both(theirs).items():
            self.data[self.add_prefix(name)] = value
        self.helper.inputs = [
            Button.primary("save", _("Save both together")),
            Button.secondary("keep", _("Keep the other version")),
        ]

    def ask_again(self, theirs):
        super().ask_again(theirs)
        self.helper.add_input(Button.secondary("combine", _("Put both into the box")))

    def now_shows(self, value):
        super().now_shows(value)
        self.data[self.add_prefix("base")] = self.base_of(value)


class KeptWordCountField(WordCountField):
    """A long answer that is kept however long it is; `excess` says what is too much."""

    def validate(self, value):
        forms.CharField.validate(self, value)

    def excess(self, value):
        """What is wrong with the length, as an error of a form; None where nothing is."""
        asked = WordCountField(label=_("Your answer"), max_words=self.max_words, required=False)
        try:
            asked.validate(value)
        except forms.ValidationError as error:
            return error
        return None


class AnswerForm(MergingForm):
    """The answer to one question, which is the heading of the page."""

    field_order = ["text", "shown", "base"]

    def __init__(self, *args, question, content, offered="", **kwargs):
        text = self.now = answer_text(content, question)
        # What is offered to be edited stands below what is there, and is not saved yet.
        typed = "\n\n".join(filter(None, [text.rstrip(), offered])) if offered else text
        initial = {"text": typed, "shown": fingerprint(text), "base": text}
        self.base_fields = {
            "text": KeptWordCountField(
                label=question.text,
                help_text=" ".join(filter(None, [question.guidance, str(NO_NAMES)])),
                max_words=question.word_limit,
                rows=16,
                required=False,
                strip=False,
            ),
            **self.base_fields,
        }
        super().__init__(*args, initial=initial, **kwargs)
        heading = {"label_size": Size.LARGE, "label_tag": "h1"}
        self.helper.layout = Layout(Field.textarea("text", **heading), "shown", "base")

    def base_text(self):
        """The answer that the page had shown; None where it does not say."""
        return self.cleaned_data["base"].replace("\r\n", "\n") if "base" in self.data else None

    def typed(self):
        """The text as it was sent."""
        return self.cleaned_data["text"].replace("\r\n", "\n")

    def with_both(self, theirs):
        return {"text": combined(theirs, self.typed())}

    def base_of(self, text):
        return text

    def show_again(self, text):
        """`text` is what was kept: the page now shows it."""
        self.now_shows(text)
        self.data["text"] = text

    def judge(self):
        """After the text was kept: what is still wrong with it, beside the field."""
        field, text = self.fields["text"], self.cleaned_data["text"]
        excess = field.excess(text)
        if excess is not None:
            self.add_error("text", excess)
            self.add_error(
                None, _("Your answer is saved as it is. You cannot submit it before it is shorter")
            )
        elif not text.strip():
            self.add_error("text", _("Enter your answer, or choose “Save and come back later”"))


class PriceForm(MergingForm):
    """The price, exact to the penny."""

    price = MoneyField(
        label=_("Total price, excluding VAT"),
        help_text=_("For the whole term of the contract, in pounds. For example 248,500.50"),
        required=False,
        max_value=9_999_999_999,
        error_messages={"required": _("Enter your total price")},
    )
    price_note = WordCountField(
        label=_("How the price is made up (optional)"),
        help_text=_("Anything the commissioner must know to understand the price."),
        max_words=500,
        rows=6,
        required=False,
        strip=False,
    )

    field_order = ["price", "price_note", "shown", "base"]

    def __init__(self, *args, content, **kwargs):
        before = self.now = price_of(content)
        carried = {"shown": fingerprint(before), "base": self.base_of(before)}
        super().__init__(*args, initial=before | carried, **kwargs)

    def base_text(self):
        """The price and its note that the page had shown; None where it does not say."""
        try:
            told = json.loads(self.cleaned_data["base"])
            return price_value(told["price"] and Decimal(told["price"]), told["price_note"])
        except (ValueError, TypeError, KeyError, ArithmeticError, AttributeError):
            return None

    def typed(self):
        """The price and its note as they were sent."""
        return price_value(self.cleaned_data["price"], self.cleaned_data["price_note"])

    def with_both(self, theirs):
        return {"price_note": combined(theirs["price_note"], self.typed()["price_note"])}

    def base_of(self, value):
        return json.dumps(value)

    def clean(self):
        super().clean()
        nothing = "price" not in self.errors and self.cleaned_data.get("price") is None
        if nothing and "later" not in self.data:
            self.add_error("price", self.fields["price"].error_messages["required"])
