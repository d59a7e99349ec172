"""Telling those who follow a competition: at once what moves a deadline, the rest once a day.

Each person has one mark, up to which everything was told. Whatever runs late, twice or in
parallel moves it once: after days without a worker there is one digest, with all of them in it.
"""

from collections import Counter, defaultdict
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from bids.models import NewsBy, NewsReader, Unfollowed
from bids.selectors.following import followers, unfollowed
from framework_portal.audit import trail
from framework_portal.notifications import outbox
from framework_portal.notifications.models import Message
from framework_portal.wording import LONDON
from lots.models import Competition, CompetitionChange
from lots.states import ChangeKind

# From when in the morning the digest goes out.
DIGEST_AT = time(7)
# A change is told once its transaction is over for certain.
SETTLED = timedelta(minutes=1)
# Older news is news to nobody.
NEWS_LASTS = timedelta(days=30)
TOLD = [ChangeKind.ANSWERED, ChangeKind.CHANGED, ChangeKind.DOCUMENT]


@transaction.atomic
def choose_news(*, person, by, at):
    """How this person wants to be told of news from now on."""
    reader = reader_of(person, at=at)
    if reader.by == by:
        return reader
    if NewsBy.NONE in (by, reader.by):
        reader.told_until = at  # what came while nothing was wanted is not sent later
    reader.by, reader.chosen_at = by, at
    reader.save(update_fields=["by", "chosen_at", "told_until"])
    trail.record("news.chosen", person, by=person, how=str(by))
    return reader


@transaction.atomic
def unfollow(*, person, competition, at):
    """No more news of this competition. What concerns an own bid still comes."""
    _row, is_new = Unfollowed.objects.get_or_create(
        person=person, competition=competition, defaults={"since": at}
    )
    if is_new:
        trail.record("news.unfollowed", competition, by=person)


@transaction.atomic
def follow_again(*, person, competition):
    """News of this competition again."""
    left = Unfollowed.objects.filter(person=person, competition=competition)
    if left.delete()[0]:
        trail.record("news.followed", competition, by=person)


def reader_of(person, *, at):
    """The person's row, locked."""
    NewsReader.objects.get_or_create(person=person, defaults={"told_until": at - NEWS_LASTS})
    return NewsReader.objects.select_for_update().get(person=person)


@transaction.atomic
def send_digests(*, at):
    """One mail to everybody with news since the last one, each morning; answers how many."""
    today = timezone.localtime(at, LONDON).date()
    if at < datetime.combine(today, DIGEST_AT, LONDON):
        return 0
    return _tell(NewsBy.DAILY, at, today)


@transaction.atomic
def send_news_at_once(*, at):
    """The same to those who want it at once, each few minutes."""
    return _tell(NewsBy.AT_ONCE, at, None)


def _tell(by, at, day):
    until = at - SETTLED
    changes = _changes(at, until)
    if not changes:
        return 0
    competitions = Competition.objects.in_bulk({change.competition_id for change in changes})
    ties = followers(competitions.values(), at=at)
    readers = _readers(by, {person for person, _competition in ties}, at, day)
    if day:
        _take_back(readers.values(), at)
    left = unfollowed(readers, competitions)
    own = defaultdict(dict)
    for (person, competition), tie in ties.items():
        if (person, competition) not in left:
            own[person][competition] = tie
    rows = []
    for person, reader in readers.items():
        news = _news_for(reader, own[person], changes)
        if not news:
            continue
        rows.append(_letter(person, own[person], news, competitions, day))
        if day:
            reader.digest_on, reader.digest_from = day, reader.told_until
        reader.told_until = until
    touched = [reader for reader in readers.values() if reader.told_until == until]
    NewsReader.objects.bulk_update(touched, ["told_until", "digest_on", "digest_from"])
    return outbox.queue_many("competition_news", rows) if rows else 0


def _changes(at, until):
    """What is news, of competitions that are still open."""
    return list(
        CompetitionChange.objects.filter(
            kind__in=TOLD,
            made_at__gt=at - NEWS_LASTS,
            made_at__lte=until,
            competition__in=Competition.objects.open(at=at),
        ).order_by("made_at", "pk")
    )


def _readers(by, people, at, day):
    """The rows of those of `people` who are to be told now, under their locks, by person.

    A row that somebody else has under lock is being told by a run beside this one.
    """
    known = set(NewsReader.objects.filter(person__in=people).values_list("person", flat=True))
    if by == NewsBy.DAILY and (fresh := people - known):
        new = [NewsReader(person_id=person, told_until=at - NEWS_LASTS) for person in sorted(fresh)]
        NewsReader.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000)
    rows = NewsReader.objects.filter(person__in=people, by=by)
    if day:
        rows = rows.exclude(digest_on=day)
    locked = rows.select_for_update(skip_locked=True).order_by("person")
    return {reader.person_id: reader for reader in locked}


def _take_back(readers, at):
    """Digests of earlier days that could not be sent yet: their news goes into today's."""
    by_key = {
        digest_key(each.person_id, each.digest_on): each for each in readers if each.digest_on
    }
    waiting = Message.objects.waiting().filter(key__in=by_key).select_for_update()
    keys = list(waiting.values_list("key", flat=True))
    Message.objects.filter(key__in=keys).update(cancelled_at=at)
    for key in keys:
        by_key[key].told_until = by_key[key].digest_from


def _news_for(reader, own, changes):
    """The changes to tell, by competition. Of what changed, whoever has a bid was told at once."""
    news = defaultdict(list)
    for change in changes:
        tie = own.get(change.competition_id)
        if tie is None or change.made_at <= max(reader.told_until, tie.since):
            continue
        if change.kind == ChangeKind.ANSWERED or not tie.has_bid:
            news[change.competition_id].append(change)
    return news


def _letter(person, own, news, competitions, day):
    if day:
        key = digest_key(person, day)
    else:
        last = max(change.pk for found in news.values() for change in found)
        key = f"news:{person}:{last}"
    told = [
        {
            "reference": competitions[competition].reference,
            "number": competitions[competition].number,
            **_counted(found),
        }
        for competition, found in sorted(news.items())
    ]
    return {
        "key": key,
        "to": next(iter(own.values())).email,
        "context": {"competitions": told, "daily": day is not None},
    }


def _counted(changes):
    kinds = Counter(change.kind == ChangeKind.ANSWERED for change in changes)
    return {"answers": kinds[True], "changes": kinds[False]}


def digest_key(person, day):
    """One digest for a person and a day."""
    return f"digest:{person}:{day.isoformat()}"
