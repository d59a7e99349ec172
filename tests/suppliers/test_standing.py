"""Standing is lost with reasons, after a hearing, and counts at once."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from suppliers import periods
from suppliers.actions.standing import (
    answer_removal_notice,
    change_areas,
    give_removal_notice,
    reinstate_qualification,
    remove_qualification,
    renew_qualification,
    suspend_qualification,
    withdraw_removal_notice,
)
from suppliers.models import Qualification
from suppliers.states import QUALIFICATION, QualificationState
from suppliers.versions import choice_version
from tests.factories import (
    AssessorFactory,
    LotFactory,
    MembershipFactory,
    PoliceAreaFactory,
    QualificationFactory,
    RegionFactory,
    SupplierFactory,
    UserFactory,
    qualify,
)

pytestmark = pytest.mark.django_db


def acted(action, qualification, reasons="Because", by=None, at=None, **more):
    by = by or AssessorFactory().user
    return action(
        qualification=qualification, reasons=reasons, by=by, at=at or timezone.now(), **more
    )


def test_a_suspended_supplier_matches_nothing_at_once_and_a_reinstated_one_again():
    lot = LotFactory()
    supplier = qualify(SupplierFactory(), lot)
    qualification = supplier.qualifications.get()
    assert supplier.matches(lot, at=timezone.now())

    acted(suspend_qualification, qualification)
    assert not supplier.matches(lot, at=timezone.now())

    acted(reinstate_qualification, qualification)
    assert supplier.matches(lot, at=timezone.now())
    assert sorted(Message.objects.values_list("kind", flat=True)) == ["reinstated", "suspended"]
    assert [one.move for one in qualification.decisions.all()] == ["suspend", "reinstate"]


@pytest.mark.parametrize("reasons", ["", "  "])
def test_a_suspension_without_reasons_is_refused_and_kept_as_an_attempt(reasons):
    qualification = QualificationFactory()

    with pytest.raises(Refused, match="no_reasons"):
        acted(suspend_qualification, qualification, reasons)

    qualification.refresh_from_db()
    assert qualification.state == QualificationState.GRANTED
    assert AuditEvent.objects.about(qualification).get().outcome == "refused"


@pytest.mark.parametrize("state", QualificationState)
@pytest.mark.parametrize(
    ("move", "action"),
    [("suspend", suspend_qualification), ("reinstate", reinstate_qualification)],
)
def test_every_move_from_every_state_is_as_the_table_says(move, action, state):
    qualification = QualificationFactory()
    Qualification.objects.filter(pk=qualification.pk).update(state=state)

    if QUALIFICATION.allows(move, state):
        assert acted(action, qualification).state == QUALIFICATION.target(move, state)
    else:
        with pytest.raises(Refused, match="illegal_move"):
            acted(action, qualification)


def test_nobody_is_removed_unheard():
    qualification = QualificationFactory()

    with pytest.raises(Refused, match="not_heard"):
        acted(remove_qualification, qualification)

    notice = acted(give_removal_notice, qualification)
    assert Message.objects.get().kind == "removal_notice"
    for at in (notice.given_at, notice.reply_by - timedelta(microseconds=1)):
        with pytest.raises(Refused, match="not_heard"):
            acted(remove_qualification, qualification, at=at)

    removed = acted(remove_qualification, qualification, at=notice.reply_by)
    assert removed.state == QualificationState.REMOVED


def test_once_the_supplier_has_answered_it_can_be_removed_or_let_be():
    first, second = QualificationFactory.create_batch(2)
    notices = [acted(give_removal_notice, one) for one in (first, second)]
    for notice in notices:
        answer_removal_notice(
            notice=notice, reply="We mended it", by=UserFactory(), at=timezone.now()
        )

    acted(remove_qualification, first)
    withdraw_removal_notice(notice=notices[1], by=AssessorFactory().user, at=timezone.now())

    with pytest.raises(Refused, match="not_heard"):
        acted(remove_qualification, second)
    with pytest.raises(Refused, match="settled"):
        answer_removal_notice(
            notice=notices[0], reply="Too late", by=UserFactory(), at=timezone.now()
        )


def test_one_notice_at_a_time():
    qualification = QualificationFactory()
    acted(give_removal_notice, qualification)

    with pytest.raises(Refused, match="notice_given"):
        acted(give_removal_notice, qualification)


def test_an_assessor_does_not_judge_the_own_organisation():
    qualification = QualificationFactory()
    assessor = AssessorFactory().user
    MembershipFactory(supplier=qualification.supplier, user=assessor)

    for action in (suspend_qualification, give_removal_notice, remove_qualification):
        with pytest.raises(Refused, match="own"):
            acted(action, qualification, by=assessor)


def test_a_renewal_reaches_into_the_future():
    qualification, at = QualificationFactory(), timezone.now()

    with pytest.raises(Refused, match="past"):
        acted(renew_qualification, qualification, expires_at=at, at=at)
    later = acted(renew_qualification, qualification, expires_at=at + timedelta(days=1), at=at)

    assert later.expires_at == at + timedelta(days=1)


def test_changed_areas_match_at_once_and_are_recorded_by_name_of_area():
    lot = LotFactory()
    supplier = qualify(SupplierFactory(), lot)
    region = RegionFactory()
    parts = PoliceAreaFactory.create_batch(2, parent=region)

    change_areas(supplier=supplier, areas=[region], by=UserFactory(), at=timezone.now())

    assert set(supplier.areas.all()) == set(parts)
    assert not supplier.matches(lot, at=timezone.now())
    assert len(AuditEvent.objects.about(supplier).get().details["added"]) == 2


def test_areas_from_a_stale_page_are_not_taken_and_none_at_all_is_refused():
    supplier = SupplierFactory()
    opened = choice_version([])
    supplier.areas.set([PoliceAreaFactory()])

    with pytest.raises(Refused, match="stale"):
        change_areas(
            supplier=supplier,
            areas=[PoliceAreaFactory()],
            seen=opened,
            by=UserFactory(),
            at=timezone.now(),
        )
    with pytest.raises(Refused) as refusal:
        change_areas(supplier=supplier, areas=[], by=UserFactory(), at=timezone.now())
    assert refusal.value.field == "areas"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-06-10", 36, "2029-06-10"),
    ],
)
def test_months_end_on_the_same_day_or_the_months_last(start, months, end):
    def at(day):
        return timezone.make_aware(datetime.fromisoformat(day))

    assert periods.months_after(at(start), months) == at(end)
