"""What a key subcontractor answers to the terms it was asked about."""

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.layout import Layout, Size
from django import forms
from django.utils.translation import gettext as now_in_words
from django.utils.translation import gettext_lazy as _

from bids.states import ConsentAnswer, Exclusivity
from framework_portal.forms import PortalForm, Revealing

LONGEST = 3000


def _words(label, hint):
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
    )


class ConsentForm(PortalForm):
    """Agree, ask for a change or decline; and whether it was asked to work for this lead alone."""

    button = _("Send our answer")

    answer = forms.ChoiceField(
        label=_("What is your answer?"),
        choices=[
            Choice(ConsentAnswer.AGREED.value, _("We agree to be named on these terms")),
            Choice(ConsentAnswer.CHANGE_ASKED.value, _("We ask for a change")),
            Choice(ConsentAnswer.DECLINED.value, _("We decline")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Select whether you agree, ask for a change or decline"),
        },
    )
    change = _words(_("What should change?"), "")
    why = _words(_("Why do you decline? (optional)"), "")
    exclusivity = forms.ChoiceField(
        label="",
        choices=[
            Choice(Exclusivity.ASKED.value, _("Yes")),
            Choice(Exclusivity.NOT_ASKED.value, _("No")),
            Choice(Exclusivity.UNSAID.value, _("We prefer not to say")),
        ],
        widget=forms.RadioSelect,
    )
    told = _words(
        _("What happened? (optional)"),
        _("Only the commissioner’s integrity officer can read this."),
    )
    # Which terms the page showed, so that what changed can be shown.
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20_000)

    def __init__(self, *args, lead, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("change", "why"):
            self.fields[name].help_text = now_in_words("%(lead)s reads this.") % {"lead": lead}
        asked = self.fields["exclusivity"]
        asked.label = now_in_words("Did anyone ask you to work for %(lead)s alone?") % {
            "lead": lead
        }
        asked.help_text = now_in_words(
            "Nobody may ask that of you. Only the commissioner’s integrity officer can read your "
            "answer, and only after the bids are opened. %(lead)s never sees it, and hears the "
            "same from us whatever you say."
        ) % {"lead": lead}
        asked.error_messages["required"] = now_in_words(
            "Select yes, no, or that you prefer not to say"
        )
        self.helper.layout = Layout(
            Revealing(
                "answer",
                {
                    ConsentAnswer.CHANGE_ASKED: ["change"],
                    ConsentAnswer.DECLINED: ["why"],
                },
                legend_size=Size.MEDIUM,
                legend_tag="h2",
            ),
            Revealing(
                "exclusivity",
                {Exclusivity.ASKED: ["told"]},
                legend_size=Size.MEDIUM,
                legend_tag="h2",
            ),
            "seen",
        )

    def clean(self):
        cleaned = super().clean()
        wants = cleaned.get("answer") == ConsentAnswer.CHANGE_ASKED
        if wants and not cleaned.get("change") and "change" not in self.errors:
            self.add_error("change", _("Say what should change"))
        return cleaned

    def said(self):
        """The answer as the action wants it; words under another choice are not sent."""
        answer, exclusivity = self.cleaned_data["answer"], self.cleaned_data["exclusivity"]
        under = {ConsentAnswer.CHANGE_ASKED: "change", ConsentAnswer.DECLINED: "why"}
        told = self.cleaned_data["told"] if exclusivity == Exclusivity.ASKED else ""
        words = self.cleaned_data[under[answer]] if answer in under else ""
        return {"answer": answer, "words": words, "exclusivity": exclusivity, "told": told}

    def typed(self):
        """What was typed, to be shown where there is no form left to keep it in."""
        texts = [self.data.get(name, "").strip() for name in ("change", "why", "told")]
        return "\n\n".join(filter(None, texts))
