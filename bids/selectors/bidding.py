"""What pages and actions read across the models."""

from functools import lru_cache

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Exists,
    F,
    Func,
    OuterRef,
    Prefetch,
    Q,
    Value,
)

from bids import content
from bids.identity import identity
from bids.models import Bid
from bids.states import Act
from framework_portal.audit.models import AuditEvent
from framework_portal.sealing.envelope import read_own
from lots.models import Clarification, Criterion, Lot, Question
from lots.states import CompetitionState, CriterionKind
from suppliers.models import Supplier
from suppliers.states import MemberRole
from suppliers.vault.keeping import read_salted
from suppliers.vault.opening import VaultLocked


def offer_of(bid):
    """What the bid says now: its draft, or what was submitted, or nothing yet.

    Callers check that it is the asker's own bid. What was submitted is read with `bid.vaults`;
    VaultLocked where these are nobody's.
    """
    if bid.draft is not None:
        return content.empty() | read_own(bid.draft, bound_to=identity(bid))
    if bid.offer is not None:
        return counting_offer(bid)
    # Saved once and no draft any more: it was put away, beside a version that stands by; or it was
    # submitted, and a subcontractor has withdrawn its consent since.
    version = None if bid.saved_at is None else _last_whole(bid)
    return content.empty() if version is None else submitted_offer(bid, version)


def _last_whole(bid):
    counts = Func(bid.pk, function="bids_counting_submission", output_field=BigIntegerField())
    whole = bid.submissions.filter(Q(pk=counts) | Q(instruction__isnull=True))
    return whole.select_related("copy").order_by("sequence").last()


def counting_offer(bid):
    """What was submitted last, for those whose bid it is."""
    return submitted_offer(bid, bid.offer.submission)


def says_what_counts(bid, offer):
    """Whether `offer` is what was submitted last; no, where that cannot be read here."""
    if bid.offer is None:
        return False
    try:
        return content.says_the_same(offer, counting_offer(bid))
    except VaultLocked:
        return False


def questions_of(competition):
    """The questions that a bid answers, in their order, with their criteria."""
    return _terms(competition)[0]


def is_priced(competition):
    """Whether a bid names a price: whether one of the criteria is the price."""
    return _terms(competition)[1]


def _terms(competition):
    # Published terms stand still, and the database keeps them so: they are read once a process.
    if competition.state == CompetitionState.DRAFT:
        return _read_terms(competition.reference)
    return _published_terms(competition.reference)


def _read_terms(reference):
    questions = (
        Question.objects.filter(criterion__competition__reference=reference)
        .select_related("criterion")
        .order_by("criterion__position", "criterion__pk", "position", "pk")
    )
    prices = Criterion.objects.filter(competition__reference=reference, kind=CriterionKind.PRICE)
    return list(questions), prices.exists()


_published_terms = lru_cache(maxsize=128)(_read_terms)


def submitted_offer(bid, submission):
    """What one submitted version said, for those whose bid it is: their own copy of it."""
    return content.empty() | own_copy(bid, submission)[0]


def own_copy(bid, submission):
    """(content, salt) of the own copy of a version, as it was sealed."""
    vault = bid.vaults.of(bid.supplier)
    if submission.copy is None:
        raise VaultLocked(bid.supplier)
    bound_to = identity(bid, submission.sequence)
    return read_salted(vault, submission.copy, bound_to=bound_to)


def open_lots_matching(user, *, at):
    """The lots that an organisation of `user` can bid for at `at`, with its bids on them.

    Those that close first are on top. The database's own judgement says what matches.
    """
    matching = Supplier.objects.of(user).annotate(fits=_matches(F("pk"), OuterRef("pk"), at))
    own_bids = Prefetch("bids", Bid.objects.of(user).live(), to_attr="own_bids")
    return (
        Lot.objects.filter(
            Exists(matching.filter(fits=True)),
            competition__state=CompetitionState.PUBLISHED,
            competition__closes_at__gt=at,
        )
        .for_list()
        .prefetch_related(own_bids)
        .order_by("competition__closes_at", "competition", "position")
    )


def matching_for(user, lot, *, at):
    """The organisations for which `user` may start a bid for `lot`."""
    fits = _matches(F("pk"), Value(lot.pk), at)
    return edited_by(user).annotate(fits=fits).filter(fits=True)


def edited_by(user):
    """The organisations that `user` is an owner or editor of."""
    roles = [MemberRole.OWNER, MemberRole.EDITOR]
    return Supplier.objects.filter(memberships__user=user, memberships__role__in=roles).order_by(
        "name", "pk"
    )


def own_waiting_questions(user, competition):
    """What this person's organisations asked and nobody has answered yet."""
    own = Supplier.objects.of(user)
    waiting = Clarification.objects.waiting().filter(competition=competition)
    return waiting.filter(asker__supplier__in=own).select_related("lot")


def on_the_register(name, *, at, but):
    """Qualified suppliers that somebody who typed `name` may mean; at most ten."""
    name = " ".join(name.split())
    if len(name) < 3 or "\x00" in name:
        return []
    return list(
        Supplier.objects.qualified(at=at)
        .filter(name__icontains=name)
        .exclude(pk=but.pk)
        .order_by("name", "pk")[:10]
    )


def record_of(bid):
    """What happened to the bid, by its own people, oldest first."""
    events = AuditEvent.objects.about(bid).filter(verb__in=RECORDED)
    return list(events.select_related("actor"))


def unanswered(bid):
    """Requests to submit that arrived and made no version: refused, pressed again, or failed."""
    arrivals = bid.arrivals.filter(submission=None, act=Act.SUBMISSION).select_related("account")
    return list(arrivals.order_by("pk"))


# What a bidder reads in the own record: what officers do with a bid is told by the outcome.
RECORDED = [
    "bid.started",
    "bid.saved",
    "bid.saving_refused",
    "bid.file_refused",
    "bid.file_infected",
    "bid.submission_asked",
    "bid.submitted",
    "bid.consent_asked",
    "bid.consent_readdressed",
    "bid.consent_reminded",
    "bid.consent_refused",
    "bid.unseated",
    "bid.affirmed",
    "bid.affirmation_refused",
    "bid.sharing_refused",
    "bid.standby_on",
    "bid.standby_off",
    "bid.standby_kept",
    "bid.standby_refused",
    "bid.submission_refused",
    "bid.withdrawn",
    "bid.withdrawal_refused",
]


def _matches(supplier, lot, instant):
    return Func(
        supplier,
        lot,
        Value(instant),
        function="supplier_matches_lot",
        output_field=BooleanField(),
    )
