"""Taking parts of a bid into other bids of the same competition: on purpose, all of them or none.

Each bid that gets a part names the fingerprint of what the person saw there. Where a colleague
wrote meanwhile nothing at all is written, and the person looks again.
"""

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from bids import guards
from bids.actions.drafting import refuse_closed
from bids.actions.standby import keep_standby, record_standby
from bids.actions.versions import Change, keep_versions
from bids.content import answer_state, answer_text, empty, fingerprint, price_of
from bids.identity import identity, part_of
from bids.models import Bid
from bids.selectors.bidding import offer_of, says_what_counts
from bids.selectors.narratives import lots_to_start
from bids.selectors.standby import instructed_among
from bids.states import BID
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from framework_portal.sealing.envelope import discard, seal_many
from framework_portal.sealing.models import Purpose

PRICE = part_of(None)


@trail.keeps_refusals("bid.sharing_refused", of="bid")
@guards.in_words
@transaction.atomic
def share_answer(*, bid, question, into, by, at, start=()):
    """Put the bid's answer to `question` into the bids of `into`; answers how many changed.

    `into` says of each bid's reference the fingerprint of what it was seen to say; for the lots
    of `start` a bid is started first.
    """
    key = str(question.reference)
    seen = {reference: {key: shown} for reference, shown in into.items()}
    started = dict.fromkeys(start, [key])
    facts = {"part": "answer", "question": key}
    return _share(Source(bid, [question], [key]), seen, started, by, at, facts)


@trail.keeps_refusals("bid.sharing_refused", of="bid")
@guards.in_words
@transaction.atomic
def share_parts(*, bid, questions, into, by, at, start=None):
    """Put several parts of the bid into other bids: all that were chosen, or none.

    `into` says of each bid's reference, for each part's key, the fingerprint of what was seen; of
    the lots of `start`, for which a bid is started first, which parts they get. A part's key is
    the reference of one of `questions`, or PRICE, which goes along only where it is asked for.
    """
    start = start or {}
    keys = sorted({key for parts in (*into.values(), *start.values()) for key in parts})
    facts = {"part": "several", "boxes": keys}
    return _share(Source(bid, questions, keys), into, start, by, at, facts)


class Source:
    """The bid whose parts go into others, and the keys of those parts."""

    def __init__(self, bid, questions, keys):
        self.bid, self.keys = bid, keys
        self.asked = {str(question.reference): question for question in questions}

    def values(self, content):
        """What each part says; each must be finished."""
        return {key: self._value(content, key) for key in self.keys}

    def _value(self, content, key):
        if key != PRICE:
            return _finished_answer(content, self.question(key))
        if content["price"] is None:
            raise Refused("empty", _("Enter the price before you take it into other lots"))
        return price_of(content)

    def said(self, content, key):
        """What another bid says to the same part."""
        return price_of(content) if key == PRICE else answer_text(content, self.question(key))

    def question(self, key):
        """The question of a part; None for the price."""
        if key != PRICE and key not in self.asked:
            raise Refused("foreign", _("This question belongs to another competition"))
        return self.asked.get(key)


def _share(source, into, start, by, at, facts):
    bid = source.bid
    refuse_closed(bid.lot.competition, at)
    bids = _locked(bid, {bid.reference, *into})
    refuse_closed(bids[bid.reference].lot.competition, at)
    values = source.values(offer_of(bids[bid.reference]))
    changed, replaced = [], []
    for reference, shown in into.items():
        _take(source, values, bids[reference], shown, by, at, changed, replaced)
    for fresh, keys in _started(bid, start, by, at):
        shown = {key: fingerprint(source.said(empty(), key)) for key in keys}
        _take(source, values, fresh, shown, by, at, changed, replaced)
    if changed:
        keep_versions(replaced, by=by, at=at)
        _put_down(changed, by, at)
        instructed = instructed_among([one for one, _content in changed])
        kept = [
            (one, keep_standby(one, content, by=by))
            for one, content in changed
            if one.pk in instructed
        ]
        trail.record_many(
            "bid.saved", [one for one, _ in changed], by=by, source=str(bid.reference), **facts
        )
        for one, version in kept:
            record_standby(one, version, by=by)
    return len(changed)


def _take(source, values, bid, shown, by, at, changed, replaced):
    """Put the chosen parts into the contents of one bid, if they still say what was seen."""
    BID.target("edit", bid.state)
    content, is_changed = offer_of(bid), False
    for key, seen in shown.items():
        question, before, value = source.question(key), source.said(content, key), values[key]
        if fingerprint(before) != seen:
            raise _changed(bid, question)
        if before == value:
            continue
        is_changed = True
        replaced.append(_replaced(bid, question, value, before, content))
        if question is None:
            content |= value
        else:
            content["answers"][key] = {"text": value, "saved_at": at.isoformat(), "saved_by": by.pk}
    if is_changed:
        changed.append((bid, content))


def _started(bid, lots, by, at):
    """New bids for `lots`, each of which the organisation must match, with what each is to get."""
    wanted = {lot.pk for lot in lots}
    if not wanted:
        return []
    competition, supplier = bid.lot.competition, bid.supplier
    fitting = {lot.pk for lot in lots_to_start(supplier, competition, at=at)}
    if not wanted <= fitting:
        raise Refused("no_match", _("One of the lots can no longer be started. Choose again"))
    begun = {"supplier": supplier, "started_at": at, "started_by": by}
    bids = Bid.objects.bulk_create([Bid(lot=lot, **begun) for lot in lots])
    for each in bids:
        each.vaults, each.lot.competition = bid.vaults, competition
    trail.record_many("bid.started", bids, by=by, competition=str(competition.reference))
    return list(zip(bids, lots.values(), strict=True))


def _locked(bid, references):
    """The bids of the same organisation and competition, under their locks, by reference."""
    with connection.cursor() as cursor:  # the competition first: see `drafting.locked`
        cursor.execute(
            "SELECT 1 FROM lots_competition WHERE id = %s FOR SHARE", [bid.lot.competition_id]
        )
    own = Bid.objects.filter(
        supplier=bid.supplier_id, lot__competition=bid.lot.competition_id, reference__in=references
    )
    # Always in the same order, so that two who do this at once do not wait for each other.
    list(own.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk"))
    # A statement of its own, which sees what was written while this one waited for the locks.
    found = own.select_related("lot__competition", "draft", "offer__submission__copy")
    bids = {each.reference: each for each in found}
    for each in bids.values():
        each.supplier, each.vaults = bid.supplier, bid.vaults
    if len(bids) != len(references):
        raise Refused("foreign", _("One of the bids belongs to another competition"))
    return bids


def _finished_answer(content, question):
    state = answer_state(content, question)
    if state == "not_started":
        raise Refused("empty", _("Write this answer before you take it into other lots"))
    if state == "in_progress":
        words = _("Shorten this answer to %(limit)d words before you take it into other lots")
        raise Refused("too_long", words % {"limit": question.word_limit})
    return answer_text(content, question)


def _changed(bid, question):
    if question is None:
        words = _(
            "Nothing was changed: the price for %(lot)s was changed after you opened the page. "
            "Compare them again and choose"
        )
    else:
        words = _(
            "Nothing was changed: the answer for %(lot)s was changed after you opened the "
            "page. Compare them again and choose"
        )
    return Refused("changed", words % {"lot": bid.lot.title})


def _replaced(bid, question, value, former, content):
    """What the bid's history is told."""
    saved = content["answers"].get(str(question.reference)) if question else None
    return Change(
        bid=bid, question=question, value=value, former=former, content=content, saved=saved
    )


def _put_down(changed, by, at):
    """Seal each content as its bid's draft, in place of the former one, in few statements."""
    former = [bid.draft for bid, _content in changed if bid.draft is not None]
    fresh = [(bid, content) for bid, content in changed if _is_new(bid, content)]
    drafts = seal_many([(content, identity(bid)) for bid, content in fresh], purpose=Purpose.DRAFT)
    by_bid = {bid.pk: draft for (bid, _content), draft in zip(fresh, drafts, strict=True)}
    bids = [bid for bid, _content in changed]
    for bid in bids:
        bid.draft = by_bid.get(bid.pk)
        bid.has_changes = bid.draft is not None and bid.offer_id is not None
        bid.edition += 1
        bid.saved_at, bid.saved_by = at, by
    Bid.objects.bulk_update(bids, ["draft", "has_changes", "edition", "saved_at", "saved_by"])
    if former:
        discard(*former)


def _is_new(bid, content):
    return not says_what_counts(bid, content)
