"""Forms about what is said in confidence."""

from crispy_forms_gds.choices import Choice
from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.states import VoiceKind, VoiceOutcome
from framework_portal.forms import PortalForm, WordCountField

MOST_WORDS = 1000


class NoteForm(PortalForm):
    """What happened, and who in the own organisation may read it."""

    button = _("Send")
    kind = forms.ChoiceField(
        label=_("What is it about?"),
        choices=VoiceKind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what it is about")},
    )
    words = WordCountField(
        label=_("What happened?"),
        help_text=_(
            "Say what happened and when. Do not name people who use the service, or anybody’s"
            " offences or health"
        ),
        max_words=MOST_WORDS,
        error_messages={"required": _("Say what happened")},
    )
    shared = forms.ChoiceField(
        label=_("Who in your organisation may read this?"),
        help_text=_("You cannot change this later"),
        choices=[
            Choice("no", _("Only me")),
            Choice(
                "yes",
                _("Me and my colleagues who may edit"),
                hint=_("But nobody who also belongs to the lead’s organisation"),
            ),
        ],
        widget=forms.RadioSelect,
        initial="no",
        error_messages={"required": _("Select who may read this")},
    )


class MoreForm(PortalForm):
    """More words of the one who wrote."""

    button = _("Send")
    words = WordCountField(
        label=_("Add to what you wrote"),
        max_words=MOST_WORDS,
        rows=6,
        error_messages={"required": _("Write what you want to add")},
    )


class AnswerForm(PortalForm):
    """The officer's answer."""

    button = _("Send the answer")
    words = WordCountField(
        label=_("Your answer"),
        help_text=_("Whoever wrote the report reads this, and nobody of the lead"),
        max_words=MOST_WORDS,
        error_messages={"required": _("Write your answer")},
    )


class CloseForm(PortalForm):
    """How a report ended."""

    button = _("Close the report")
    outcome = forms.ChoiceField(
        label=_("How did it end?"),
        choices=VoiceOutcome,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select how it ended")},
    )
    words = WordCountField(
        label=_("Your last words to whoever wrote"),
        help_text=_("Say what you found, what was done and what they can do next"),
        max_words=MOST_WORDS,
        error_messages={"required": _("Write your last words")},
    )


class SettleForm(PortalForm):
    """What came of a finding."""

    button = _("Settle the finding")
    words = WordCountField(
        label=_("What did you find, and do?"),
        help_text=_("Only integrity officers of your organisation read this"),
        max_words=MOST_WORDS,
        error_messages={"required": _("Say what you found")},
    )
