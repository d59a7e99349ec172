"""The organisation's library: what it kept, and what it said in the bids it has submitted.

Everything is read with the open vault and searched in memory: no index of words lies anywhere.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from bids.identity import library_identity
from bids.models import AnswerUse, Bid, LibraryAnswer
from bids.selectors.bidding import submitted_offer
from bids.states import BidState
from framework_portal.forms import count_words
from lots.models import Question
from suppliers.models import Evidence
from suppliers.vault.keeping import read_kept
from suppliers.vault.opening import VaultLocked

# From then on an answer of an earlier bid is shown as old: people and figures change.
OLD_AFTER = timedelta(days=548)
SOON = timedelta(days=60)


@dataclass
class Entry:
    """One answer that can be used again."""

    key: str  # what a page sends to use it
    title: str
    text: str
    question: Any = None
    competition: Any = None
    lots: list = field(default_factory=list)
    results: list = field(default_factory=list)
    at: datetime | None = None
    kept: Any = None
    submission: Any = None
    good_until: date | None = None
    used: Any = None  # the last AnswerUse
    today: date | None = None

    @property
    def heading(self):
        """What it is called: its title, or the question that it answered."""
        return self.title or self.question.text

    @property
    def words(self):
        return count_words(self.text)

    @property
    def has_run_out(self):
        return self.good_until is not None and self.good_until < self.today

    @property
    def runs_out_soon(self):
        return (
            self.good_until is not None
            and not self.has_run_out
            and self.good_until <= self.today + SOON
        )

    @property
    def is_old(self):
        return self.kept is None and timezone.localdate(self.at) < self.today - OLD_AFTER

    @property
    def needs_a_look(self):
        return self.has_run_out or self.runs_out_soon or self.is_old


def library_of(supplier, vaults, *, at):
    """Everything in it: what was kept first, then earlier bids, the newest first."""
    uses = _last_uses(supplier)
    today = timezone.localdate(at)
    entries = [*_kept(supplier, vaults), *_submitted(supplier, vaults)]
    for entry in entries:
        entry.used, entry.today = uses.get(entry.key), today
    return entries


def saying(entries, words):
    """Those that hold every one of `words`, in whatever order."""
    wanted = words.casefold().split()
    return [entry for entry in entries if all(word in _searched(entry) for word in wanted)]


def nearest_first(entries, question):
    """The answers to questions that share the most words with `question` on top."""
    asked = _content_words(question.text)

    def likeness(entry):
        if entry.question is not None and entry.question.pk == question.pk:
            return -1000
        other = _content_words(f"{entry.title} {entry.question.text if entry.question else ''}")
        return -len(asked & other)

    return sorted(entries, key=likeness)


def entry_of(supplier, vaults, key, *, at):
    """The entry with this key, or None."""
    return next((each for each in library_of(supplier, vaults, at=at) if each.key == key), None)


def source_of(entry):
    """What `note_use` is told of an entry."""
    if entry.kept is not None:
        return {"kept": entry.kept}
    return {"submission": entry.submission, "question": entry.question}


def evidence_of(supplier, *, at):
    """The documents that the organisation shows, those that run out first on top."""
    shown = Evidence.objects.filter(supplier=supplier, replaced_at=None)
    found = list(shown.select_related("document", "question"))
    today = timezone.localdate(at)
    for each in found:
        ends = each.expires_on
        each.has_run_out = ends is not None and ends < today
        each.runs_out_soon = ends is not None and today <= ends <= today + SOON
    return sorted(found, key=lambda each: (each.expires_on or date.max, each.pk))


def _kept(supplier, vaults):
    rows = LibraryAnswer.objects.filter(supplier=supplier).select_related(
        "sealed", "supplier", "saved_by", "bid__lot__competition", "question"
    )
    vault = vaults.of(supplier) if (rows := list(rows)) else None
    for row in rows:
        said = read_kept(vault, row.sealed, bound_to=library_identity(row))
        entry = Entry(
            key=f"kept:{row.reference}",
            title=said["title"],
            text=said["text"],
            question=row.question,
            at=row.saved_at,
            kept=row,
            good_until=row.good_until,
        )
        if row.bid is not None:
            entry.competition, entry.lots = row.bid.lot.competition, [row.bid.lot]
        yield entry


def _submitted(supplier, vaults):
    """One entry for each wording of an answer, with all the lots that had it."""
    bids = (
        Bid.objects.filter(supplier=supplier, offer__isnull=False)
        .select_related("lot__competition", "supplier", "offer__submission__copy")
        .order_by("-submitted_at", "-pk")
    )
    found, answers = {}, []
    if bids := list(bids):
        vaults.of(supplier)  # a locked vault is told as such, and not as an empty library
    for bid in bids:
        bid.vaults = vaults
        answers += [(bid, key, answer["text"]) for key, answer in _answers(bid).items()]
    questions = _questions({key for _bid, key, _text in answers})
    for bid, key, text in answers:
        question = questions.get(key)
        if question is None or not text.strip():
            continue
        submission = bid.offer.submission
        entry = found.get((key, text))
        if entry is None:
            entry = found[key, text] = Entry(
                key=f"sent:{submission.reference}:{key}",
                title="",
                text=text,
                question=question,
                competition=bid.lot.competition,
                at=submission.received_at,
                submission=submission,
            )
        entry.lots.append(bid.lot)
        result = bid.get_state_display()
        if bid.state != BidState.SUBMITTED and result not in entry.results:
            entry.results.append(result)
    return found.values()


def _answers(bid):
    """What was submitted, or nothing where that one version cannot be read in this session."""
    try:
        return submitted_offer(bid, bid.offer.submission)["answers"]
    except VaultLocked:
        return {}


def _questions(references):
    return {str(each.reference): each for each in Question.objects.filter(reference__in=references)}


def _last_uses(supplier):
    """The last use of each entry, by its key."""
    uses = AnswerUse.objects.filter(supplier=supplier).select_related(
        "kept", "submission", "question", "bid__lot", "used_by"
    )
    found = defaultdict(lambda: None)
    for use in uses.order_by("used_at", "pk"):
        if use.kept_id:
            found[f"kept:{use.kept.reference}"] = use
        else:
            found[f"sent:{use.submission.reference}:{use.question.reference}"] = use
    return found


def _searched(entry):
    parts = [entry.title, entry.text]
    if entry.question is not None:
        parts.append(entry.question.text)
    if entry.competition is not None:
        parts += [entry.competition.title, *(lot.title for lot in entry.lots)]
    return " ".join(parts).casefold()


def _content_words(text):
    return {word for word in text.casefold().split() if len(word) > 3}
