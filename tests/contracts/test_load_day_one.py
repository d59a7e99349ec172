"""`load_day_one`: the lots of 2021, as history, and only what is known of them."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone

from bids.actions.history import load_history
from bids.history import FIRST_DAY, read_history
from bids.models import Award, Bid, NamedSubcontractor, Opening, Score
from contracts.actions.history import make_history_contracts
from contracts.models import Contract, KeySubcontractor, LedgerEntry
from framework_portal.audit.models import AuditEvent
from framework_portal.reference.models import Commissioner
from lots.models import Competition, Lot
from lots.states import AwardRoute

pytestmark = pytest.mark.django_db
EVERYTHING = (
    Competition,
    Lot,
    Award,
    NamedSubcontractor,
    Contract,
    KeySubcontractor,
    LedgerEntry,
    AuditEvent,
)


@pytest.fixture
def reference(db):
    call_command("load_reference", stdout=StringIO())


def load(file=FIRST_DAY):
    call_command("load_day_one", file=file, stdout=StringIO())


def test_the_totals_come_out_of_the_database_again(reference):
    load()

    assert Competition.objects.filter(is_history=True, state="awarded").count() == 5
    assert Lot.objects.count() == 110
    assert Award.objects.values("lead_name").distinct().count() == 26
    assert NamedSubcontractor.objects.values("name").distinct().count() == 77
    assert Lot.objects.filter(award_route=AwardRoute.DIRECT).count() == 17
    assert Award.objects.filter(subcontractors=None).count() == 25


def test_a_lot_is_what_the_sources_say(reference):
    load()
    lot = Lot.objects.get(outside_reference="PRJ_5549")
    award = lot.awards.get()

    assert (lot.title, lot.sex, lot.minimum_age, lot.maximum_age) == (
        "Accommodation: East Midlands",
        "men",
        18,
        None,
    )
    assert [area.key for area in lot.areas.all()] == ["region:east-midlands"]
    assert [category.slug for category in lot.categories.all()] == ["accommodation"]
    assert award.lead_name == "Nacro"
    assert [named.name for named in award.subcontractors.all()] == [
        "Shelter",
        "The Bridge (East Midlands)",
    ]
    assert award.announced_on.isoformat() == "2021-05-21"
    assert lot.competition.service_starts_on.isoformat() == "2021-06-26"


def test_nothing_is_invented(reference):
    load()

    assert not Lot.objects.exclude(value=None, value_if_extended=None).exists()
    assert not Score.objects.exists()
    assert not Bid.objects.exists()
    assert not Opening.objects.exists()
    assert not Award.objects.exclude(proposed_by=None, approved_by=None, bid=None).exists()
    assert not Competition.objects.exclude(created_by=None, closes_at=None).exists()
    assert Commissioner.objects.get().contact_email == ""


def test_there_is_no_service_for_people_from_ethnic_minorities(reference):
    load()

    assert not Lot.objects.filter(categories__slug="ethnic-minority-people").exists()


def test_each_past_award_has_its_contract_with_the_chain_that_was_named(reference):
    load()

    contracts = Contract.objects.filter(is_history=True, state="signed")
    assert contracts.count() == 110
    assert contracts.filter(subcontractors=None).count() == 25
    assert list(
        KeySubcontractor.objects.order_by("contract__award_id", "position").values_list(
            "contract__award", "name"
        )
    ) == list(
        NamedSubcontractor.objects.order_by("award_id", "position").values_list("award", "name")
    )
    told = contracts.get(lot__outside_reference="PRJ_5549")
    assert (told.lead_name, told.starts_on.isoformat()) == ("Nacro", "2021-06-26")
    assert not contracts.exclude(
        supplier=None, value=None, ends_on=None, signed_on=None, signed_at=None
    ).exists()
    assert not LedgerEntry.objects.exclude(
        basis="history", role="", share_percent=None, volume_per_quarter=None, consent=None
    ).exists()
    assert Contract.objects.public().count() == 110


def test_the_contracts_take_a_handful_of_statements(reference, django_assert_max_num_queries):
    load_history(history=read_history(FIRST_DAY), file=FIRST_DAY.name)

    with django_assert_max_num_queries(20):
        make_history_contracts(at=timezone.now())


def test_whom_a_mended_file_no_longer_names_is_ended_and_whom_it_names_again_is_back(
    reference, tmp_path
):
    load()

    def swap(told):
        lot_of(told)["subcontractors"] = ["Shelter", "Catch22"]

    load(changed(tmp_path, swap))
    assert chain("PRJ_5549") == [
        ("Shelter", 1, False),
        ("The Bridge (East Midlands)", 2, True),
        ("Catch22", 1, False),
    ]

    load()
    assert chain("PRJ_5549") == [
        ("Shelter", 1, False),
        ("The Bridge (East Midlands)", 3, False),
        ("Catch22", 2, True),
    ]


def chain(lot):
    return list(
        LedgerEntry.objects.current()
        .filter(subcontractor__contract__lot__outside_reference=lot)
        .order_by("subcontractor__position")
        .values_list("subcontractor__name", "number", "is_end")
    )


@pytest.mark.parametrize("change", [{"lead_name": "Somebody Else"}, {"value": 5}])
def test_a_contract_of_the_past_keeps_to_the_record(change, reference):
    load()

    with pytest.raises(IntegrityError, match="keeps to the public record"):
        Contract.objects.filter(lot__outside_reference="PRJ_5549").update(**change)


def test_loading_again_changes_nothing(reference):
    load()
    before = [list(model.objects.order_by("pk").values()) for model in EVERYTHING]

    load()

    assert before == [list(model.objects.order_by("pk").values()) for model in EVERYTHING]


def test_a_mended_file_mends_the_rows_and_the_addresses_stay(reference, tmp_path):
    load()
    lot = Lot.objects.select_related("competition").get(outside_reference="PRJ_5549")

    def mend(told):
        entry = told["competitions"][0]["lots"][0]
        entry["lead"], entry["areas"] = "Shelter", ["region:wales"]

    load(changed(tmp_path, mend))

    mended = Lot.objects.get(outside_reference="PRJ_5549")
    assert mended.reference == lot.reference
    assert mended.awards.get().lead_name == "Shelter"
    assert mended.contracts.get().lead_name == "Shelter"
    assert [area.key for area in mended.areas.all()] == ["region:wales"]
    assert mended.competition.edition == lot.competition.edition + 1


def changed(folder, edit):
    told = json.loads(FIRST_DAY.read_text())
    edit(told)
    file = folder / "changed.json"
    file.write_text(json.dumps(told))
    return file


def lot_of(told):
    return told["competitions"][0]["lots"][0]


BROKEN = {
    "a lot missing": (
        lambda told: told["competitions"][0]["lots"].pop(),
        "totals: “lots” says 110 and the database would hold 109",
    ),
    "a subcontractor too many": (
        lambda told: lot_of(told)["subcontractors"].append("Nobody We Know"),
        "totals: “subcontractors” says 77 and the database would hold 78",
    ),
    "an unknown area": (
        lambda told: lot_of(told).update(areas=["region:atlantis"]),
        "lots “PRJ_5549”: “region:atlantis” under “areas” is not in the reference data",
    ),
    "an unknown category": (
        lambda told: told["competitions"][0].update(categories=["magic"]),
        "competitions “accommodation”: “magic” under “categories” is not in the reference data",
    ),
    "a sex that is none": (lambda told: lot_of(told).update(sex="both"), "“sex”: "),
    "ages out of order": (
        lambda told: lot_of(told).update(maximum_age=17),
        "the ages are out of order",
    ),
    "a route without a date": (
        lambda told: told["announced_on"].pop("call_off_competition"),
        "announced_on: “call_off_competition” is missing",
    ),
    "a subcontractor twice": (
        lambda told: lot_of(told).update(subcontractors=["One", "One"]),
        "a subcontractor is named twice",
    ),
    "a lot in two competitions": (
        lambda told: told["competitions"][1]["lots"].append(lot_of(told)),
        "another competition has this lot too",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_changes_nothing_and_names_the_reason(fault, reference, tmp_path):
    edit, said = BROKEN[fault]
    events = AuditEvent.objects.count()

    with pytest.raises(CommandError) as refused:
        load(changed(tmp_path, edit))

    assert str(refused.value).startswith("Nothing was loaded. changed.json: ")
    assert said in str(refused.value)
    assert not Competition.objects.exists()
    assert not Commissioner.objects.exists()
    assert AuditEvent.objects.count() == events


def test_without_reference_data_it_says_what_to_run_first(db):
    with pytest.raises(CommandError, match="run load_reference first"):
        load()
