"""Taking an answer into other bids of the same competition: on purpose, all of them or none.

Each bid that gets the answer names the fingerprint of what the person saw there. Where a colleague
wrote meanwhile nothing at all is written, and the person looks again.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids import guards
from bids.actions.drafting import refuse_closed
from bids.actions.standby import keep_standby, record_standby
from bids.actions.versions import Change, keep_versions
from bids.content import answer_state, answer_text, fingerprint
from bids.identity import identity
from bids.models import Bid
from bids.selectors.bidding import offer_of, says_what_counts
from bids.selectors.narratives import lots_to_start
from bids.selectors.standby import instructed_among
from bids.states import BID
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from framework_portal.sealing.envelope import discard, seal_many
from framework_portal.sealing.models import Purpose

NOTHING_NEW = fingerprint("")


@trail.keeps_refusals("bid.sharing_refused", of="bid")
@guards.in_words
@transaction.atomic
def share_answer(*, bid, question, into, by, at, start=()):
    """Put the bid's answer to `question` into the bids of `into`; answers how many changed.

    `into` says of each bid's reference the fingerprint of what it was seen to say; for the lots
    of `start` a bid is started first.
    """
    refuse_closed(bid.lot.competition, at)
    started = _started(bid, start, by, at)
    references = {bid.reference, *into, *(each.reference for each in started)}
    bids = _locked(bid, references)
    refuse_closed(bids[bid.reference].lot.competition, at)
    text = _finished_answer(offer_of(bids[bid.reference]), question)
    seen = into | {each.reference: NOTHING_NEW for each in started}
    changed, replaced = [], []
    for reference, shown in seen.items():
        content = _seen(bids[reference], question, shown)
        if answer_text(content, question) != text:
            replaced.append(_replaced(bids[reference], question, text, content))
            answer = {"text": text, "saved_at": at.isoformat(), "saved_by": by.pk}
            content["answers"][str(question.reference)] = answer
            changed.append((bids[reference], content))
    if changed:
        keep_versions(replaced, by=by, at=at)
        _put_down(changed, by, at)
        instructed = instructed_among([one for one, _content in changed])
        kept = [
            (one, keep_standby(one, content, by=by))
            for one, content in changed
            if one.pk in instructed
        ]
        facts = {"part": "answer", "question": str(question.reference)}
        trail.record_many(
            "bid.saved", [one for one, _ in changed], by=by, source=str(bid.reference), **facts
        )
        for one, version in kept:
            record_standby(one, version, by=by)
    return len(changed)


def _started(bid, lots, by, at):
    """New bids for `lots`, each of which the organisation must match."""
    wanted = {lot.pk for lot in lots}
    if not wanted:
        return []
    competition, supplier = bid.lot.competition, bid.supplier
    fitting = {lot.pk for lot in lots_to_start(supplier, competition, at=at)}
    if not wanted <= fitting:
        raise Refused("no_match", _("One of the lots can no longer be started. Choose again"))
    begun = {"supplier": supplier, "started_at": at, "started_by": by}
    bids = Bid.objects.bulk_create([Bid(lot=lot, **begun) for lot in lots])
    trail.record_many("bid.started", bids, by=by, competition=str(competition.reference))
    return bids


def _locked(bid, references):
    """The bids of the same organisation and competition, under their locks, by reference."""
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


def _seen(bid, question, shown):
    """What the bid says, if its answer still is what the person saw."""
    BID.target("edit", bid.state)
    content = offer_of(bid)
    if fingerprint(answer_text(content, question)) != shown:
        raise Refused(
            "changed",
            _(
                "Nothing was changed: the answer for %(lot)s was changed after you opened the "
                "page. Compare them again and choose"
            )
            % {"lot": bid.lot.title},
        )
    return content


def _replaced(bid, question, text, content):
    """What the bid's history is told."""
    return Change(
        bid=bid,
        question=question,
        value=text,
        former=answer_text(content, question),
        content=content,
        saved=content["answers"].get(str(question.reference)),
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
