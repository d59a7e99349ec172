"""Taking over what an offline pack brought back: what was ticked, in one act or not at all."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids import guards
from bids.actions.drafting import put_down, taken_up
from bids.actions.versions import Change, keep_versions
from bids.content import answer_text, fingerprint, price_of
from bids.offline.marks import PRICE, PRICE_NOTE
from framework_portal.audit import trail
from framework_portal.refusals import Refused


@trail.keeps_refusals("bid.saving_refused", of="bid")
@guards.in_words
@transaction.atomic
def bring_back(*, bid, questions, texts, by, at):
    """Put `texts` into the draft: of each box's key the new text, and what it was seen to say.

    The keys are references of `questions`, or those of the price and of its note.
    """
    bid, content = taken_up(bid, at)
    asked = {str(question.reference): question for question in questions}
    price, changes = price_of(content), []
    for key, (text, shown) in texts.items():
        before = _said(content, asked, key)
        if fingerprint(before) != shown:
            raise Refused(
                "changed",
                _(
                    "Nothing was taken over: an answer was changed after you opened the page. "
                    "Bring the file back again and compare"
                ),
            )
        if key in (PRICE, PRICE_NOTE):
            content[key] = (text or None) if key == PRICE else text
        else:
            changes.append(
                Change(
                    bid=bid,
                    question=asked[key],
                    value=text,
                    former=before,
                    content=content,
                    saved=content["answers"].get(key),
                )
            )
            answer = {"text": text, "saved_at": at.isoformat(), "saved_by": by.pk}
            content["answers"][key] = answer
    if price_of(content) != price:
        now = price_of(content)
        changes.append(Change(bid=bid, question=None, value=now, former=price, content=content))
    keep_versions(changes, by=by, at=at)
    return put_down(bid, content, by=by, at=at, part="offline", boxes=sorted(texts))


def _said(content, asked, key):
    if key in (PRICE, PRICE_NOTE):
        return content[key] or ""
    if key not in asked:
        raise Refused("foreign", _("This question belongs to another competition"))
    return answer_text(content, asked[key])
