"""What each part of a bid said before: kept at every save, and given back.

Somebody who goes on writing makes one version in ten minutes, not one at every pause. It ends
sooner where words go: what was there at its fullest is then kept as a version of its own, so that
neither a slip nor a second thought costs anybody a paragraph.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Max
from django.utils.dateparse import parse_datetime

from bids.content import price_of
from bids.identity import part_of, version_identity
from bids.merging import words_gone
from bids.models import AnswerVersion
from framework_portal.accounts.models import User
from framework_portal.sealing.envelope import discard
from framework_portal.sealing.models import Purpose
from lots.models import Question
from suppliers.vault.keeping import seal_kept, seal_kept_many

STRETCH = timedelta(minutes=10)
MISSED = 5  # so many words may go without a version of their own


def keep_version(*, bid, question, value, former, by, at, content, saved=None):
    """Keep what a part says now, under the bid's lock; whether that began a new version.

    `former` is what it replaces; `saved`, where it is known, the answer that said so.
    """
    part, newest = part_of(question), _newest(bid, question)
    if saved and _words(former) and _came_another_way(newest, saved):
        newest = _fill_in(bid, question, former, saved)
    peak = content["peaks"].get(part)
    goes_on = newest is not None and peak is not None and _goes_on(newest, by, at)
    if goes_on and words_gone(_words(peak), _words(value)) > MISSED:
        if words_gone(_words(peak), _words(former)):
            _begin(bid, question, peak, by=by, at=newest.begun_at)
        goes_on = False
    if not goes_on or len(_words(value).split()) >= len(_words(peak).split()):
        content["peaks"][part] = value
    if goes_on:
        _replace(newest, value, at)
    else:
        _begin(bid, question, value, by=by, at=at)
    return not goes_on


@dataclass(frozen=True)
class Change:
    """What one part of one bid says now, and said before."""

    bid: Any
    question: Any  # None for the price
    value: Any
    former: Any
    content: dict
    saved: dict | None = None  # the answer that said `former`, where it is known


def keep_versions(changes, *, by, at):
    """`keep_version`, for many parts that one act changes, in few statements.

    Each is a version of its own, and so is what it replaces where that is in no version yet. All
    bids are of one organisation.
    """
    bids = {change.bid for change in changes}
    known = AnswerVersion.objects.filter(bid__in=bids, is_aside=False).order_by()
    newest = {
        (bid, question): saved_at
        for bid, question, saved_at in known.values_list("bid", "question").annotate(
            Max("saved_at")
        )
    }
    kept = []
    for change in changes:
        # Whoever writes on begins a version: what came in one piece is not written over.
        change.content["peaks"].pop(part_of(change.question), None)
        last = newest.get((change.bid.pk, change.question and change.question.pk))
        if change.saved and change.saved.get("saved_by") and _words(change.former):
            then = parse_datetime(change.saved["saved_at"])
            if last != then:
                kept.append((_version(change, then, change.saved["saved_by"]), change.former))
        kept.append((_version(change, at, by.pk), change.value))
    if not kept:
        return
    contents = [({"value": value}, version_identity(version)) for version, value in kept]
    rows = seal_kept_many(changes[0].bid.supplier, contents, purpose=Purpose.KEPT)
    for (version, _value), row in zip(kept, rows, strict=True):
        version.sealed = row
    AnswerVersion.objects.bulk_create([version for version, _value in kept])


def _version(change, at, by):
    return AnswerVersion(
        bid=change.bid, question=change.question, begun_at=at, saved_at=at, saved_by_id=by
    )


def keep_unkept(bid, content):
    """Before a draft goes, under the bid's lock: answers that are in no version yet get one.

    Every save of an answer or a price makes a version; this is for what came another way.
    """
    asked = Question.objects.filter(reference__in=list(content["answers"]))
    for question in asked.order_by("pk"):
        saved = content["answers"][str(question.reference)]
        if not (saved["text"] and saved.get("saved_by")):
            continue
        if _came_another_way(_newest(bid, question), saved):
            _fill_in(bid, question, saved["text"], saved)
    if _words(price_of(content)).strip() and bid.saved_by and _newest(bid, None) is None:
        _begin(bid, None, price_of(content), by=bid.saved_by, at=bid.saved_at)


def put_aside(*, bid, question, value, by, at):
    """Keep what was typed and is not what the bid says, under the bid's lock."""
    _begin(bid, question, value, by=by, at=at, is_aside=True)


def _words(value):
    return value if isinstance(value, str) else f"{value['price'] or ''} {value['price_note']}"


def _newest(bid, question):
    versions = bid.versions.filter(question=question, is_aside=False)
    return versions.select_related("sealed").order_by("-saved_at", "-pk").first()


def _goes_on(newest, by, at):
    return newest.saved_by_id == by.pk and newest.begun_at <= at < newest.begun_at + STRETCH


def _came_another_way(newest, saved):
    """Whether the answer was put there by something that keeps no versions."""
    return newest is None or parse_datetime(saved["saved_at"]) != newest.saved_at


def _fill_in(bid, question, value, saved):
    at = parse_datetime(saved["saved_at"])
    return _begin(bid, question, value, by=User.objects.get(pk=saved["saved_by"]), at=at)


def _begin(bid, question, value, *, by, at, is_aside=False):
    version = AnswerVersion(
        bid=bid, question=question, begun_at=at, saved_at=at, saved_by=by, is_aside=is_aside
    )
    version.sealed = _sealed(version, value)
    version.save(force_insert=True)
    return version


def _replace(version, value, at):
    former, version.sealed = version.sealed, _sealed(version, value)
    version.saved_at = at
    version.save(update_fields=["sealed", "saved_at"])
    discard(former)


def _sealed(version, value):
    content = {"value": value}
    return seal_kept(
        version.bid.supplier, content, purpose=Purpose.KEPT, bound_to=version_identity(version)
    )
