"""A head against what is on its way, with real connections."""

import time
from datetime import timedelta

import pytest
from django.db import transaction

from bids.actions.logs import publish_log_head
from bids.models import LogHead, Receipt
from framework_portal import clock
from tests.bids.bidding import complete_bid, submit
from tests.bids.evaluated import after_closing
from tests.bids.test_submission_races import running, together

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_head_waits_for_what_is_on_its_way_and_holds_it():
    bid = complete_bid()
    competition = bid.lot.competition
    at = after_closing(competition)

    def publish():
        with clock.fixed_at(at):
            return publish_log_head(competition=competition, at=at)

    with clock.fixed_at(competition.closes_at - timedelta(seconds=1)):
        on_its_way = transaction.atomic()
        on_its_way.__enter__()
        receipt = submit(bid).receipt
        with running(publish) as result:
            time.sleep(0.5)
            assert not LogHead.objects.exists()
            on_its_way.__exit__(None, None, None)
            head = result()

    assert receipt.leaf in head.leaves
    assert head.receipt_count == Receipt.objects.count() == 1


def test_published_by_eight_at_once_it_is_one_head():
    bid = complete_bid()
    submit(bid)
    competition, at = bid.lot.competition, after_closing(bid.lot.competition)

    with clock.fixed_at(at):
        heads = together(*[lambda: publish_log_head(competition=competition, at=at)] * 8)

    assert {getattr(head, "pk", head) for head in heads} == {LogHead.objects.get().pk}
