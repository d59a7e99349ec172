"""Who may do what with a competition: every permission over every role."""

import pytest
from django.contrib.auth.models import AnonymousUser

from framework_portal.reference.states import OfficerRole
from lots.models import Competition
from tests.factories import (
    AssessorFactory,
    CommissionerFactory,
    CompetitionFactory,
    LotFactory,
    MembershipFactory,
    OfficerFactory,
    PoliceAreaFactory,
    RegionFactory,
    UserFactory,
    publish,
)
from tests.lots.ready import colleagues

pytestmark = pytest.mark.django_db

OBJECT_FREE = ["lots.use_commissioner_pages", "lots.draft_competition"]
OF_ONE = [
    "lots.edit_competition",
    "lots.publish_competition",
    "lots.change_published_competition",
    "lots.extend_competition",
    "lots.abandon_competition",
    "lots.answer_clarification",
]


@pytest.fixture
def scene():
    """A competition of two lots, in an area and in a region of two parts."""
    body, area, region = CommissionerFactory(), PoliceAreaFactory(), RegionFactory()
    parts = [PoliceAreaFactory(parent=region), PoliceAreaFactory(parent=region)]
    competition = CompetitionFactory(commissioner=body)
    LotFactory(competition=competition, areas=[area])
    LotFactory(competition=competition, areas=[region])
    return competition, area, region, parts


def person(role, scene):
    competition, area, region, parts = scene
    body = competition.commissioner

    def limited(*areas):
        return colleagues(1, areas=areas, commissioner=body)[0].user

    return {
        "stranger": AnonymousUser,
        "nobody": UserFactory,
        "supplier": lambda: MembershipFactory().user,
        "assessor": lambda: AssessorFactory(commissioner=body).user,
        "officer of another body": lambda: OfficerFactory().user,
        "officer for everywhere": lambda: OfficerFactory(commissioner=body).user,
        "officer for exactly these": lambda: limited(area, region),
        "officer for all the parts": lambda: limited(area, *parts),
        "officer for one of two lots": lambda: limited(area),
        "officer for part of a region": lambda: limited(area, parts[0]),
        "officer for others": lambda: limited(PoliceAreaFactory()),
    }[role]()


RUNS = {"officer for everywhere", "officer for exactly these", "officer for all the parts"}
OFFICERS = RUNS | {
    "officer of another body",
    "officer for one of two lots",
    "officer for part of a region",
    "officer for others",
}
ROLES = sorted(OFFICERS | {"stranger", "nobody", "supplier", "assessor"})


@pytest.mark.parametrize("role", ROLES)
def test_each_permission_for_each_role(role, scene):
    somebody = person(role, scene)

    assert [somebody.has_perm(name) for name in OBJECT_FREE] == [role in OFFICERS] * 2
    assert [somebody.has_perm(name, scene[0]) for name in OF_ONE] == [role in RUNS] * len(OF_ONE)
    assert [somebody.has_perm(name, None) for name in OF_ONE] == [False] * len(OF_ONE)


def test_areas_at_one_body_open_nothing_at_another():
    area = PoliceAreaFactory()
    here, there = colleagues(1, areas=[area])[0], colleagues(1, areas=[PoliceAreaFactory()])[0]
    there.user, there.user_id = here.user, here.user_id
    there.save()
    competition = CompetitionFactory(commissioner=there.commissioner)
    LotFactory(competition=competition, areas=[area])

    assert list(Competition.objects.run_by(here.user)) == []


def test_a_lot_in_two_areas_is_not_run_from_one_of_them():
    mine, other = PoliceAreaFactory(), PoliceAreaFactory()
    (officer,) = colleagues(1, areas=[mine])
    competition = CompetitionFactory(commissioner=officer.commissioner)
    LotFactory(competition=competition, areas=[mine, other])

    assert list(Competition.objects.run_by(officer.user)) == []


def test_a_draft_without_lots_is_its_makers_and_everywheres():
    everywhere = OfficerFactory()
    body = everywhere.commissioner
    maker, colleague = colleagues(2, areas=[PoliceAreaFactory()], commissioner=body)
    draft = CompetitionFactory(commissioner=body, created_by=maker.user)

    runs = [Competition.objects.run_by(o.user).exists() for o in (everywhere, maker, colleague)]

    assert runs == [True, True, False]
    assert draft.lots.count() == 0


def test_history_is_nobodys_to_run():
    officer = OfficerFactory()
    CompetitionFactory(commissioner=officer.commissioner, is_history=True)

    assert not Competition.objects.run_by(officer.user).exists()


def test_a_role_of_another_kind_runs_nothing():
    officer = OfficerFactory(role=OfficerRole.ASSESSOR)
    competition = publish(CompetitionFactory(commissioner=officer.commissioner))

    assert not Competition.objects.run_by(officer.user).filter(pk=competition.pk).exists()
