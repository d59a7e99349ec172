"""Asking the commissioner a question. Who asks is kept apart from what is asked."""

from itertools import product
from random import SystemRandom

from django.db import transaction
from django.utils.translation import gettext as _

from bids.models import AskerMark, ClarificationAsker
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from lots.models import Clarification, Competition
from suppliers.models import Supplier

MOST_WAITING = 20
# Without those that are taken for figures.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@transaction.atomic
def ask_clarification(*, competition, supplier, asked, by, at, lot=None):
    """Put a question for the commissioner to answer to everybody.

    The trail of the question names nobody: whoever answers cannot know who asked. The asker is
    the evidence in a table of its own, which only grows and which no officer's page reads.
    """
    competition = Competition.objects.get(pk=competition.pk)
    if not competition.takes_questions(at=at):
        raise Refused("closed", _("Questions can no longer be asked in this competition"))
    if lot is not None and lot.competition_id != competition.pk:
        raise Refused("foreign", _("This lot belongs to another competition"), field="lot")
    # Pressed twice: the second waits here and finds the first.
    Supplier.objects.select_for_update(no_key=True).get(pk=supplier.pk)
    waiting = Clarification.objects.waiting().filter(
        competition=competition, asker__supplier=supplier
    )
    if waiting.filter(asked=asked).exists():
        return waiting.filter(asked=asked).first()  # pressed twice
    if waiting.count() >= MOST_WAITING:
        raise Refused(
            "too_many",
            _("%(most)d of your questions wait for an answer. Ask again when some are answered")
            % {"most": MOST_WAITING},
        )
    clarification = Clarification.objects.create(
        competition=competition,
        lot=lot,
        asked=asked,
        asked_at=at,
        mark=_mark(competition, supplier),
    )
    ClarificationAsker.objects.create(clarification=clarification, supplier=supplier, asked_by=by)
    trail.record("clarification.asked", clarification, competition=str(competition.reference))
    return clarification


def _mark(competition, supplier):
    """What officers know this asker by, here only: drawn by lot, so that it tells nothing."""
    marks = AskerMark.objects.filter(competition=competition)
    while not (own := marks.filter(supplier=supplier).first()):
        taken = set(marks.values_list("mark", flat=True))
        drawn = AskerMark(competition=competition, supplier=supplier, mark=_drawn(taken))
        # Two who draw the same at once: the second finds it taken and draws again.
        AskerMark.objects.bulk_create([drawn], ignore_conflicts=True)
    return own.mark


def _drawn(taken):
    for length in (1, 2, 3):
        free = {"".join(letters) for letters in product(LETTERS, repeat=length)} - taken
        if free:
            return SystemRandom().choice(sorted(free))
    raise ValueError("More askers than marks")
