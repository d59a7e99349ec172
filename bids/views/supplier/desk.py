"""What every page of one bid stands on: the bid, what it says, what is missing."""

import uuid
from decimal import Decimal
from functools import cached_property

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bids.actions.presence import count_form
from bids.actions.submission import take_ticket
from bids.content import answer_text, parts
from bids.models import Bid
from bids.saving import Saving, is_near
from bids.selectors.bidding import is_priced, offer_of, questions_of
from bids.selectors.chains import chain
from bids.selectors.consents import consents_of
from bids.states import BID, Act
from framework_portal.access import require
from framework_portal.forms import count_words
from framework_portal.refusals import Refused
from lots.states import CompetitionState
from suppliers.selectors.vaults import way_in
from suppliers.vault.opening import VaultLocked

WORDS = {
    "price": gettext_lazy("Your price"),
    "subcontractors": gettext_lazy("Key subcontractors"),
    "documents": gettext_lazy("Files"),
}
PAGES = {
    "answer": "bid_answer",
    "price": "bid_price",
    "subcontractors": "bid_subcontractors",
    "documents": "bid_files",
}
CHECK = "check"  # ?back=check: the page was come to from the check page, and leads back there


def own_bid(request, reference, permission, bids=None):
    """The person's own bid, or 404; 403 for whom it is not allowed to do this with it."""
    bids = Bid.objects.select_related("supplier") if bids is None else bids
    bid = get_object_or_404(bids.of(request.user), reference=reference)
    require(request.user, permission, bid)
    bid.vaults = request.vaults
    return bid


def saving(request, bid):
    """When this request arrived, where a version may stand by of what it saves. `bid` is for_desk.

    The ticket is taken before any work on what was sent. Only near closing: earlier, a version
    that waits for its lock is in time all the same.
    """
    near = is_near(bid.lot.competition, bid.asked_at)
    if request.method in ("GET", "HEAD") or not (bid.standby_on and near):
        return Saving()
    try:
        return Saving(take_ticket(bid=bid, by=request.user, key=uuid.uuid4(), act=Act.SAVE))
    except Refused:
        return Saving()  # too busy: it is timed when it is kept


def named(person):
    """How colleagues read of each other: by name, and never by address."""
    return person.name if person and person.name else _("A colleague")


def here_words(people):
    """Who else is at the same part now, as one sentence; nothing where nobody is."""
    if not people:
        return ""
    names = listed([named(person) for person in people])
    if len(people) == 1:
        return _("%(name)s is writing here now") % {"name": names}
    return _("%(names)s are writing here now") % {"names": names}


def listed(names):
    """Ann, Bob and Cem."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


class Desk:
    """One bid on somebody's desk. Raises 404 for whom it does not belong to, 403 for readers."""

    def __init__(
        self, request, reference, *, permission="bids.read_own_bid", saves=True, paced=False
    ):
        # `paced`: the page saves by itself and has a bound of its own.
        self.request = request
        self.bid = own_bid(request, reference, permission, Bid.objects.for_desk())
        if saves and permission == "bids.edit_bid" and request.method == "POST":
            if not paced:
                count_form(bid=self.bid, by=request.user, at=self.bid.asked_at)
            self.bid.saving = saving(request, self.bid)
        self.may_edit = request.user.has_perm("bids.edit_bid", self.bid)
        self.may_submit = request.user.has_perm("bids.submit_bid", self.bid)
        self.lot, self.at = self.bid.lot, self.bid.asked_at
        self.competition = self.lot.competition

    @cached_property
    def content(self):
        try:
            return offer_of(self.bid)
        except VaultLocked as locked:
            locked.home = self.url("bid_detail")
            raise

    @cached_property
    def way_in(self):
        """How the person gets to read the own copy where it is locked; None where it is not."""
        try:
            return self.content and None
        except VaultLocked:
            return way_in(self.request.user, self.bid.supplier)

    @cached_property
    def questions(self):
        return questions_of(self.competition)

    def asked(self, reference):
        """The question with this reference, or 404."""
        found = next((each for each in self.questions if each.reference == reference), None)
        if found is None:
            raise Http404
        return found

    @cached_property
    def submitters(self):
        """Who may submit this bid, by name."""
        found = self.bid.supplier.memberships.submitters()
        return listed([named(membership.user) for membership in found])

    @cached_property
    def is_priced(self):
        return is_priced(self.competition)

    @cached_property
    def parts(self):
        return parts(
            self.content,
            self.questions,
            is_priced=self.is_priced,
            is_consented=not self.unconsenting,
        )

    @cached_property
    def consents(self):
        """How it stands with each key subcontractor that is named."""
        return consents_of(self.bid, self.content)

    @property
    def unconsenting(self):
        """Those of them without whose consent the bid cannot be submitted."""
        return [consent for consent in self.consents if not consent.is_given]

    @cached_property
    def chain(self):
        """The same with their terms in words."""
        return chain(self.content, self.consents)

    @property
    def price(self):
        """The price as an amount, or None."""
        return self.content["price"] and Decimal(self.content["price"])

    @property
    def is_open(self):
        """Whether anything can be changed still."""
        return self.competition.is_open(at=self.at) and BID.allows("edit", self.bid.state)

    @property
    def is_abandoned(self):
        return self.competition.state == CompetitionState.ABANDONED

    @property
    def to_submit(self):
        """Whether something is written that is not submitted."""
        return self.is_open and (self.bid.offer_id is None or self.bid.has_changes)

    @cached_property
    def tasks(self):
        return [self.task(part) for part in self.parts]

    @cached_property
    def missing(self):
        """The tasks that are not done, each with a link."""
        pairs = zip(self.parts, self.tasks, strict=True)
        return [task for part, task in pairs if part.is_missing]

    @property
    def asked_for(self):
        """How many parts a complete bid has, and those of what may be left out that are there."""
        return sum(part.state != "optional" for part in self.parts)

    @property
    def done(self):
        """How many of them are complete."""
        return self.asked_for - len(self.missing)

    @property
    def version_that_counts(self):
        """The number of the version that was submitted last."""
        return self.bid.offer.submission.sequence

    @property
    def is_complete(self):
        return not any(part.is_missing for part in self.parts)

    def task(self, part):
        """One line of the task list."""
        words, hint = WORDS.get(part.kind), ""
        if part.kind == "answer":
            words = _("Question %(number)d") % {"number": part.number}
            said = count_words(answer_text(self.content, part.question))
            hint = _("%(text)s – %(said)d of %(limit)d words") % {
                "text": Truncator(part.question.text).words(20),
                "said": said,
                "limit": part.question.word_limit,
            }
        if part.kind == "subcontractors" and self.consents:
            named, given = len(self.consents), len(self.consents) - len(self.unconsenting)
            hint = _("%(given)d of %(named)d agreed") % {"given": given, "named": named}
        return {
            "words": words,
            "hint": hint,
            "state": part.state,
            "url": self.url_of(part) if self.may_edit else "",
        }

    def url_of(self, part, *, back=False):
        """The page on which a part is written."""
        more = {"question": part.question.reference} if part.kind == "answer" else {}
        url = self.url(PAGES[part.kind], **more)
        return f"{url}?back={CHECK}" if back else url

    def url_of_part(self, question):
        """The page of an answer, or of the price where there is no question."""
        more = {"question": question.reference} if question else {}
        return self.url("bid_answer" if question else "bid_price", **more)

    def history_url(self, question):
        """Where the earlier versions of that part are listed."""
        more = {"question": question.reference} if question else {}
        return self.url("answer_history" if question else "price_history", **more)

    def url(self, name, **kwargs):
        return reverse(f"supplier:{name}", kwargs={"reference": self.bid.reference, **kwargs})

    @property
    def presence_url(self):
        """Where a page says that somebody works on it."""
        return self.url("bid_presence")

    @property
    def keys_url(self):
        """Where a page gets a fresh token and the key of its journal."""
        return self.url("bid_keys")

    @property
    def is_from_check(self):
        return self.request.GET.get("back") == CHECK

    @property
    def back(self):
        """Where the back link of a page of the draft leads."""
        return self.url("bid_submit") if self.is_from_check else self.url("bid_detail")

    def after(self, kind, question=None):
        """Where to go when this part is saved: back to the check page, home, or to the next one."""
        if "later" in self.request.POST:
            return self.url("bid_detail")
        if self.is_from_check:
            return self.url("bid_submit")
        here = next(
            (
                place
                for place, part in enumerate(self.parts)
                if part.kind == kind and part.question == question
            ),
            len(self.parts),
        )
        following = self.parts[here + 1 :]
        return self.url_of(following[0]) if following else self.url("bid_submit")

    def page(self, template, status=200, **context):
        """Render one of the bid's pages."""
        context = {"desk": self, "bid": self.bid, "at": self.at, **context}
        return render(self.request, f"bids/supplier/{template}.html", context, status=status)

    def locked(self):
        """What is shown instead of a page that writes, once nothing can be written any more."""
        return self.page("bid_locked")
