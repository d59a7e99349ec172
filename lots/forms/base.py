"""What the forms over a competition share."""

from django.utils.translation import gettext_lazy as _

from framework_portal.forms import Hidden, PortalForm, refuse
from framework_portal.refusals import Refused
from lots.actions.late_changes import late_change_deadline


class CompetitionForm(PortalForm):
    """Carries the edition its page was made from, so that a stale page is noticed."""

    button = _("Save and continue")

    def __init__(self, *args, competition, **kwargs):
        super().__init__(*args, **kwargs)
        self.competition = competition
        self.helper.add_input(Hidden("edition", competition.edition))

    @property
    def edition(self):
        """The edition that was sent; -1, which is always stale, where none was."""
        return sent_edition(self.data)


class DraftForm(CompetitionForm):
    """A page of a draft: "Save and come back later" saves what is there so far."""

    later = True
    always = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.comes_back_later = "later" in self.data
        if self.comes_back_later:
            for name, field in self.fields.items():
                field.required = name in self.always


def sent_edition(data):
    """The edition that the page named, as a number; -1 where it is none."""
    typed = str(data.get("edition", ""))
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1


def announce(form, competition, *, at):
    """Have the page say where this would move the deadline, and carry what it said."""
    form.moves_to = late_change_deadline(competition, at=at)
    form.moves_from = competition.closes_at
    form.helper.add_input(Hidden("moves_to", announced_by(form)))
    return form


def announced_by(form):
    """What the page says of the deadline, as it is sent back."""
    return form.moves_to.isoformat() if form.moves_to else ""


def accepted(form, act, **given):
    """Whether `form` is in order and `act` took it; what it refuses goes to the field."""
    if not form.is_valid():
        return None
    try:
        return act(**given, **form.cleaned_data)
    except Refused as refusal:
        refuse(form, refusal)
        return None
