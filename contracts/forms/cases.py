"""What is typed in a requested change, by the organisations and the commissioner."""

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.states import ReviewOutcome, TermsAnswer
from framework_portal.forms import Button, FilterForm, Hidden, PortalForm, Revealing

LONG = 4000


def words(label, missing, *, rows=6, hint="", longest=LONG):
    """A box for several lines."""
    return forms.CharField(
        label=label,
        help_text=hint,
        widget=forms.Textarea({"rows": rows}),
        max_length=longest,
        error_messages={"required": missing},
    )


class ViewForm(PortalForm):
    """The affected subcontractor's own view."""

    button = _("Send to the commissioner")

    words = words(
        _("Your view"),
        _("Write what you think of the change"),
        rows=10,
        hint=_(
            "What would the change mean for the people you work with and for your organisation? "
            "Is what the lead says right? You cannot change what you sent, but you can add to it"
        ),
        longest=12_000,
    )
    says_all = forms.BooleanField(
        label=_("That is all we want to say. It may be decided now"),
        help_text=_(
            "Leave this empty to keep all of your time. If it is decided early, the lead may "
            "conclude from the day that you wrote"
        ),
        required=False,
    )


class AnswerForm(PortalForm):
    """Yes or no to exactly the terms above it; or, where they need a yes, what should change."""

    button = _("Send your answer")

    answer = forms.ChoiceField(
        label=_("Does your organisation agree to these terms?"),
        widget=forms.RadioSelect,
        choices=[
            Choice(
                TermsAnswer.AGREED,
                _("Yes, we agree to exactly these terms"),
                hint=_("The service signs your agreement. You can take it back until the decision"),
            ),
            Choice(
                TermsAnswer.ASKED,
                _("Not like this: we ask for a change"),
                hint=_("The lead would have to ask again, with other terms"),
            ),
            Choice(TermsAnswer.DECLINED, _("No, we do not agree")),
        ],
        error_messages={"required": _("Select whether your organisation agrees")},
    )
    words = forms.CharField(
        label=_("What should change?"),
        help_text=_("The lead and the commissioner read this"),
        widget=forms.Textarea({"rows": 4}),
        max_length=LONG,
        required=False,
    )

    def __init__(self, *args, may_ask, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_ask:
            del self.fields["words"]
            kept = [each for each in self.fields["answer"].choices if each[0] != TermsAnswer.ASKED]
            self.fields["answer"].choices = kept
            self.helper.layout = Layout(Field.radios("answer", legend_size=Size.MEDIUM))
            return
        revealed = {TermsAnswer.ASKED: ["words"]}
        self.helper.layout = Layout(Revealing("answer", revealed, legend_size=Size.MEDIUM))


class DeciderForm(PortalForm):
    """Carries what the page was made from, so that nothing is decided unread."""

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.add_input(Hidden("edition", edition))

    @property
    def edition(self):
        """The edition that was sent; -1, which is always stale, where none was."""
        sent = str(self.data.get("edition", ""))
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1


class DecideForm(DeciderForm):
    """The decision and its reasons."""

    button = _("Decide")

    grant = forms.TypedChoiceField(
        label=_("What do you decide?"),
        widget=forms.RadioSelect,
        choices=[Choice("yes", _("Grant the change")), Choice("no", _("Refuse the change"))],
        coerce=lambda value: value == "yes",
        error_messages={"required": _("Select whether you grant the change")},
    )
    reasons = words(
        _("Your reasons"),
        _("Give your reasons"),
        hint=_(
            "The lead and the subcontractor both read them. Do not repeat what the subcontractor "
            "told you: the lead must not learn it"
        ),
    )

    def __init__(self, *args, urgent="", **kwargs):
        super().__init__(*args, **kwargs)
        if urgent:
            grant, refuse = self.fields["grant"].choices
            self.fields["grant"].choices = [Choice(*grant, hint=urgent), refuse]
        self.helper.layout = Layout(
            Field.radios("grant", legend_size=Size.MEDIUM), Field.textarea("reasons")
        )


class ReviewForm(DeciderForm):
    """What came of looking again."""

    button = _("Finish the review")

    outcome = forms.ChoiceField(
        label=_("What did you find?"),
        widget=forms.RadioSelect,
        choices=[
            Choice(ReviewOutcome.STANDS, ReviewOutcome.STANDS.label),
            Choice(
                ReviewOutcome.NOT_UPHELD,
                ReviewOutcome.NOT_UPHELD.label,
                hint=_(
                    "The ledger keeps what happened. A finding stands until you have agreed with "
                    "the lead on a new change that gives back what was taken away"
                ),
            ),
        ],
        error_messages={"required": _("Select what you found")},
    )
    words = words(
        _("Your reasons"),
        _("Say what you found"),
        hint=_(
            "The lead and the subcontractor both read them. Do not repeat what the subcontractor "
            "told you: the lead must not learn it"
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Field.radios("outcome", legend_size=Size.MEDIUM), Field.textarea("words")
        )


class WithdrawForm(PortalForm):
    """Sure?"""

    button = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.add_input(Button.warning("withdraw", _("Withdraw this request")))


class CaseFilter(FilterForm):
    """Narrows the commissioner's list."""

    standing = forms.ChoiceField(
        label=_("Status"),
        choices=[
            ("due", _("Waiting for us")),
            ("granted", _("Granted")),
            ("refused", _("Refused")),
            ("withdrawn", _("Withdrawn")),
            ("all", _("All")),
        ],
    )
    words = forms.CharField(label=_("Words in the lead, lot or subcontractor"), max_length=100)
