"""What a draft still lacks before it can be published, and what is odd about it.

The task list, the check page and `publish_competition` all ask this, so they agree.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from framework_portal.reference import calendar
from framework_portal.reference.models import Period
from framework_portal.wording import day, spelled_out
from lots.models import Lot
from lots.selectors import can_open, openers_of
from lots.states import AgreementKind, CriterionKind

# The row of the reference data that says how long a competition must at least be open. The law
# sets no time for these services, so without the row a short time is only remarked upon.
SHORTEST_TIME = "shortest-time-to-bid"
# The row that says how long before closing the last question should be asked.
CUT_OFF = "clarification-cut-off"
USUAL_TIME = Period(slug=SHORTEST_TIME, name="Shortest time to bid", days=10)
OPENERS = 3


@dataclass(frozen=True)
class Gap:
    """Something missing, or odd: where it is put right, and whether it stops publication."""

    section: str
    code: str
    message: str
    stops: bool = True


def gaps(competition, *, at):
    """Everything there is to say of `competition` if it were published at `at`."""
    return [
        *basics(competition),
        *categories(competition),
        *timetable(competition, at=at),
        *criteria(competition),
        *lots(competition),
        *documents(competition),
        *people(competition, at=at),
    ]


def basics(competition):
    """Words, contact and, for a grant, the power to give it."""
    missing = {
        "title": _("Enter a title"),
        "summary": _("Enter a summary"),
        "description": _("Describe what you are buying"),
        "contact_email": _("Enter a contact email address"),
    }
    for name, message in missing.items():
        if not getattr(competition, name).strip():
            yield Gap("basics", name, message)
    if competition.kind == AgreementKind.GRANT and not competition.legal_power:
        yield Gap("basics", "legal_power", _("Name the legal power the grant is given under"))


def categories(competition):
    """At least one kind of need."""
    if not competition.categories.exists():
        yield Gap("categories", "categories", _("Choose at least one category"))


def timetable(competition, *, at):
    """Every date is there, in order, and leaves time to bid."""
    dates = [
        ("clarifications_close_at", _("Enter when clarifications close")),
        ("closes_at", _("Enter when bids close")),
        ("opening_due_at", _("Enter when you mean to open the bids")),
        ("award_due_on", _("Enter when you mean to announce the award")),
        ("service_starts_on", _("Enter when the service starts")),
        ("service_ends_on", _("Enter when the service ends")),
    ]
    missing = [(name, message) for name, message in dates if getattr(competition, name) is None]
    for name, message in missing:
        yield Gap("timetable", name, message)
    if competition.closes_at is not None:
        yield from deadline(competition.closes_at, at=at)
    if not missing:
        yield from _order(competition, at=at)


def deadline(closes_at, *, at):
    """Whether bids can close at `closes_at` when people first hear of the competition at `at`."""
    if closes_at <= at:
        message = _("The closing time has passed. Choose a later one")
        yield Gap("timetable", "closes_at", message)
    else:
        yield from _time_to_bid(closes_at, at=at)
    yield from closing_hour(closes_at)


def closing_hour(closes_at):
    """Whether `closes_at` is an hour of a day at which bids can well close."""
    local = timezone.localtime(closes_at)
    if (local.hour, local.minute) == (0, 0):
        message = _("Bids must not close at midnight, which people take for either day")
        yield Gap("timetable", "midnight", message)
    if not calendar.is_working_day(local.date()):
        message = _(
            "Bids close on %(day)s, which is not a working day: nobody may be there to help"
        )
        yield Gap("timetable", "not_a_working_day", message % {"day": day(closes_at)}, stops=False)


def _time_to_bid(closes_at, *, at):
    """Too short a time stops publication where the reference data sets one; else it is odd."""
    period = Period.objects.filter(slug=SHORTEST_TIME).first()
    shortest = calendar.after(at, period or USUAL_TIME)
    if closes_at < shortest:
        message = _("Bids should not close before %(day)s, so that there is time to write them")
        if period:
            message = _("Bids must not close before %(day)s, so that there is time to write them")
        yield Gap("timetable", "closes_at", message % {"day": day(shortest)}, stops=bool(period))


def _order(competition, *, at):
    c = competition
    local = timezone.localdate
    after_each_other = [
        (
            at < c.clarifications_close_at,
            "clarifications_close_at",
            _("Clarifications would close before anybody could ask for one"),
        ),
        (
            c.clarifications_close_at < c.closes_at,
            "clarifications_close_at",
            _("Clarifications must close before bids do"),
        ),
        (
            c.closes_at + timedelta(minutes=1) < c.opening_due_at,
            "opening_due_at",
            _("Bids can be opened from a minute after they close, not before"),
        ),
        (
            local(c.opening_due_at) <= c.award_due_on,
            "award_due_on",
            _("The award cannot be announced before the bids are opened"),
        ),
        (
            c.award_due_on < c.service_starts_on,
            "service_starts_on",
            _("The service must start after the award is announced"),
        ),
        (
            c.service_starts_on < c.service_ends_on,
            "service_ends_on",
            _("The service must end after it starts"),
        ),
    ]
    for in_order, name, message in after_each_other:
        if not in_order:
            yield Gap("timetable", name, message)
    yield from _time_to_answer(c)


def _time_to_answer(competition):
    period = Period.objects.filter(slug=CUT_OFF).first()
    if period is None:
        return
    asked, closes = competition.clarifications_close_at, competition.closes_at
    if asked < closes < calendar.after(asked, period):
        message = _(
            "Clarifications close only %(time)s before bids do. Suppliers need time for answers"
        )
        words = message % {"time": spelled_out(closes - asked)}
        yield Gap("timetable", "little_time", words, stops=False)


def criteria(competition):
    """Weights sum to 100, and every quality criterion is judged by an answer."""
    rows = list(competition.criteria.annotate(asked=Count("questions")))
    if not rows:
        yield Gap("criteria", "criteria", _("Add the criteria bids are judged by"))
        return
    total = sum(row.weight for row in rows)
    if total != 100:
        message = _("The weights sum to %(total)s and not to 100")
        yield Gap("criteria", "weights", message % {"total": f"{total.normalize():f}"})
    if competition.price_after_quality and all(row.kind != CriterionKind.PRICE for row in rows):
        message = _("The price is opened after quality, but no criterion is about price")
        yield Gap("criteria", "no_price", message)
    for row in rows:
        if row.kind == CriterionKind.QUALITY and not row.asked:
            message = _("Add a question to the criterion “%(name)s”") % {"name": row.name}
            yield Gap("questions", "questions", message)


def lots(competition):
    """There are lots, and each says what, where and for how much."""
    allowed = competition.categories.values("pk")
    whole = Q(areas__isnull=False) & Q(categories__isnull=False) & Q(value__isnull=False)
    there = list(competition.lots.values_list("pk", flat=True))
    if not there:
        yield Gap("lots", "lots", _("Make at least one lot"))
        return
    broken = competition.lots.exclude(pk__in=competition.lots.filter(whole).values("pk"))
    for title in broken.values_list("title", flat=True):
        message = _("Give the lot “%(title)s” a category, an area and a value") % {"title": title}
        yield Gap("lots", "lot_not_whole", message)
    stray = Lot.categories.through.objects.filter(lot__in=there).exclude(category__in=allowed)
    for title in stray.values_list("lot__title", flat=True).distinct():
        message = _("The lot “%(title)s” is in a category that the competition is not") % {
            "title": title
        }
        yield Gap("lots", "lot_category", message)


def documents(competition):
    """A competition without documents is unusual."""
    if not competition.documents.filter(removed_at__isnull=True).exists():
        message = _("There are no documents, such as a specification or draft terms")
        yield Gap("documents", "documents", message, stops=False)


def people(competition, *, at):
    """Three officers or more will open the bids, any two together, and have shown they can."""
    openers = list(openers_of(competition, at=at))
    if len(openers) < OPENERS:
        message = ngettext(
            "Choose at least three officers who will open the bids: %(count)d is chosen",
            "Choose at least three officers who will open the bids: %(count)d are chosen",
            len(openers),
        )
        yield Gap("people", "openers", message % {"count": len(openers)})
    for opener in openers:
        name = {"name": opener.user.name}
        if not can_open(opener.user, competition):
            message = _("%(name)s no longer acts for all the areas of the lots")
            yield Gap("people", "opener_gone", message % name)
        elif not opener.key_there:
            yield Gap("people", "opener_key", _("%(name)s must set an opening passphrase") % name)
        elif not opener.is_proven:
            message = _("%(name)s must prove the opening passphrase")
            yield Gap("people", "opener_proof", message % name)
