"""How it stands with the consents of those a draft names, and what each of them was asked."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from bids.content import named_in, unsaid
from bids.identity import consent_identity
from bids.models import ConsentRequest
from bids.states import ConsentAnswer, Consenting
from bids.terms import digest_of, terms_of
from framework_portal.clock import PortalClock
from framework_portal.reference.models import Category
from framework_portal.refusals import Refused
from framework_portal.sealing.envelope import read_own
from framework_portal.sealing.signing import verify
from suppliers.models import Application, Qualification
from suppliers.states import ApplicationState
from suppliers.vault.keeping import read_kept

ASSESSED = [ApplicationState.SUBMITTED, ApplicationState.RETURNED]
TERMS, WANTED, SIGNED = "terms", "wanted", "signed"
# What it tells of exclusivity: beside the request, and none of the lead's.
EXCLUSIVITY = "exclusivity"
SIGNED_KIND = "subcontractor-consent"
REMINDED_AGAIN_AFTER = timedelta(days=1)


@dataclass
class Consent:
    """One subcontractor of a draft: what the draft says, the newest request, and how it stands."""

    entry: dict
    request: ConsentRequest | None
    state: str
    # Categories that it is relied on for and is neither qualified nor assessed in, by name.
    lacking: tuple = ()

    @property
    def is_given(self):
        return self.state == Consenting.AGREED

    @property
    def can_be_asked(self):
        """Whether asking now would put other terms to it, or put them again."""
        settled = (Consenting.WAITING, Consenting.AGREED, Consenting.UNQUALIFIED)
        return self.state not in (Consenting.UNSAID, *settled)

    @property
    def words(self):
        """The state in words."""
        return Consenting(self.state).label

    @property
    def wanted(self):
        """The change it asks for, or why it declined, in its own words."""
        return words_wanted(self.request) if self.request else ""

    @property
    def is_registered(self):
        """Whether an organisation that was invited has come in meanwhile."""
        return self.request is not None and self.request.supplier_id is not None

    @property
    def answerer(self):
        """The organisation that the terms are with: who was invited may be called otherwise."""
        told = self.is_registered and (self.request.answered_at or self.request.invited_email)
        return self.request.supplier.name if told else ""

    @property
    def is_another(self):
        """Whether that is not the name the bid says: a link may have been passed on."""
        return bool(self.answerer) and self.answerer.casefold() != self.entry["name"].casefold()


def consents_of(bid, content):
    """How it stands with each subcontractor that `content` names, in its order."""
    entries = named_in(content)
    if not entries:
        return []
    standing = ConsentRequest.objects.filter(bid=bid).standing()
    standing = standing.select_related("supplier", "wanted", "signed")
    requests = {str(request.entry): request for request in standing}
    held = _held(entries, requests)
    return [
        _consent(bid, content, entry, requests.get(entry["reference"]), held) for entry in entries
    ]


def is_consented(bid, content):
    """Whether everybody named has agreed to the very terms that `content` says."""
    return all(consent.is_given for consent in consents_of(bid, content))


def consents_to_seal(bid, content):
    """{reference of a subcontractor: (request, signed consent)}; refused where one lacks."""
    given = {}
    for consent in consents_of(bid, content):
        signed = consent.is_given and signed_consent(consent.request, content)
        if not signed:
            raise Refused(
                "no_consent",
                _("%(name)s has not agreed to what your bid says of it")
                % {"name": consent.entry["name"]},
            )
        given[consent.entry["reference"]] = consent.request, signed
    return given


def signed_consent(request, content):
    """The signed statement of an agreement: beside the request, or in the offer; None if lost."""
    if request.signed is not None:
        return read_own(request.signed, bound_to=consent_identity(request, SIGNED))
    signed = content.get("consents", {}).get(str(request.entry))
    if signed and verify(signed, kind=SIGNED_KIND)["request"] == str(request.reference):
        return signed
    return None


def terms_asked(request, vaults=None):
    """The terms as they were put, for the subcontractor; None once they are no longer kept.

    What it agreed to is read from its own vault (`request.vaults`), VaultLocked where that is not
    open; before its answer from the row.
    """
    if request.terms is not None:
        return read_own(request.terms, bound_to=consent_identity(request, TERMS))
    signed = kept_consent(request, vaults)
    return signed and signed["statement"]["terms"]


def kept_consent(request, vaults):
    """The signed copy that the subcontractor keeps: {statement, signature}, or None."""
    if request.kept is None or vaults is None:
        return None
    bound_to = consent_identity(request, SIGNED)
    return read_kept(vaults.of(request.supplier), request.kept, bound_to=bound_to)


def words_wanted(request):
    """The change that a subcontractor asks for, for the lead; nothing once that is settled."""
    if request.wanted is None:
        return ""
    return read_own(request.wanted, bound_to=consent_identity(request, WANTED))["words"]


def is_time_to_remind(request, *, at):
    """Whether a day has gone by since the last mail to it."""
    return at - (request.reminded_at or request.asked_at) >= REMINDED_AGAIN_AFTER


def _consent(bid, content, entry, request, held):
    if unsaid(entry):
        return Consent(entry, request, Consenting.UNSAID)
    if request is None:
        return Consent(entry, None, Consenting.NOT_ASKED)
    if request.withdrawn_at is not None:
        return Consent(entry, request, Consenting.WITHDRAWN)
    if request.digest != digest_of(terms_of(bid, content, entry), entry):
        return Consent(entry, request, Consenting.CHANGED)
    if not request.answer:
        return Consent(entry, request, Consenting.WAITING)
    if request.answer != ConsentAnswer.AGREED:
        return Consent(entry, request, Consenting(request.answer))
    lacking = _lacking(entry, request, held)
    state = Consenting.UNQUALIFIED if lacking else Consenting.AGREED
    return Consent(entry, request, state, lacking)


def _lacking(entry, request, held):
    if not entry["relied_on"]:
        return ()
    missing = set(entry["categories"]) - held[request.supplier_id]
    return tuple(name for slug, name in held[None] if slug in missing)


def _held(entries, requests):
    """{supplier id: slugs of categories it is qualified or assessed in}, of those relied on.

    Under None are slugs and names of all categories that somebody is relied on for.
    """
    relied_on = [
        requests[entry["reference"]].supplier_id
        for entry in entries
        if entry["relied_on"] and entry["reference"] in requests
    ]
    held = defaultdict(set)
    if not relied_on:
        return held
    qualified = Qualification.objects.in_force(at=PortalClock()).filter(supplier__in=relied_on)
    assessed = Application.objects.filter(
        Q(state__in=ASSESSED), supplier__in=relied_on, categories__isnull=False
    )
    relied_for = {each for entry in entries if entry["relied_on"] for each in entry["categories"]}
    named = Category.objects.filter(slug__in=relied_for)
    held[None] = list(named.order_by("number", "pk").values_list("slug", "name"))
    for rows, slug in ((qualified, "category__slug"), (assessed, "categories__slug")):
        for supplier, category in rows.order_by().values_list("supplier", slug):
            held[supplier].add(category)
    return held
