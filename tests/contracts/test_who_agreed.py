"""Award, contract and register carry the organisation that agreed, and not what the lead typed."""

import csv
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import NamedSubcontractor
from bids.selectors.agreed import agreed_in
from bids.selectors.consents import SIGNED_KIND
from contracts.selectors.agreement import agreement_of
from contracts.selectors.ledger import digest_of, ledger_of
from contracts.selectors.ledger_file import ledger_said, ledger_sheet
from framework_portal import clock
from framework_portal.sealing.signing import sign
from tests.contracts.building import made_contract, named, signed
from tests.factories import QualificationFactory, SupplierFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TYPED, ANSWERED = "Small Steps of Leeds", "Harbour Steps CIC"


def consent_of(entry, supplier):
    """What an organisation signed that the link was passed on to."""
    return sign(
        {
            "kind": SIGNED_KIND,
            "version": 1,
            "organisation": str(supplier.reference),
            "organisation_name": supplier.name,
            "agreed_at": "2027-01-01T10:00:00.000Z",
            "terms": {"name": entry["name"], "role": entry["role"]},
        }
    )


def invited(supplier, typed):
    """An entry as the lead typed it: of the organisation it knows a name and an address."""
    return named(supplier) | {"name": typed, "supplier": ""}


@pytest.fixture
def supplier():
    supplier = SupplierFactory(name=ANSWERED)
    QualificationFactory(supplier=supplier)
    return supplier


@pytest.fixture
def contract(supplier):
    entry = invited(supplier, TYPED)
    return signed(
        made_contract([entry], consents={entry["reference"]: consent_of(entry, supplier)})
    )


def read(client, name, **kwargs):
    response = client.get(reverse(name, kwargs=kwargs))
    assert response.status_code == 200
    return response.content.decode()


def test_the_award_and_the_ledger_name_who_agreed(contract, supplier):
    line, named_in_award = contract.subcontractors.get(), NamedSubcontractor.objects.get()
    for each in (line, named_in_award):
        assert (each.name, each.named_as, each.supplier) == (ANSWERED, TYPED, supplier)


def test_public_pages_and_files_name_who_agreed_and_what_the_bid_says(contract, supplier, client):
    link = f'href="{reverse("public:supplier", args=[supplier.reference])}"'
    beside = f"Named in the bid as {TYPED}"
    for page in (
        read(client, "public:contract", reference=contract.reference),
        read(client, "public:lot", reference=contract.lot.reference),
    ):
        assert f"{link}>{ANSWERED}</a>" in page
        assert beside in page
    file = client.get("/contracts/register.csv").content.decode("utf-8-sig")
    row = next(csv.DictReader(StringIO(file)))
    assert (row["Named subcontractor"], row["Named in the bid as"]) == (ANSWERED, TYPED)
    for words in ("Harbour", "Leeds"):
        listed = client.get(reverse("public:contract_list"), {"subcontractor": words})
        assert contract.lot.title in listed.content.decode()
        awarded = client.get(reverse("public:award_list"), {"lead": words, "q": words})
        assert ANSWERED in awarded.content.decode()


def test_the_ledger_and_its_files_say_both(contract):
    lines = ledger_of(contract)
    head, (row,) = ledger_sheet(contract, lines)
    told = dict(zip(map(str, head), row, strict=True))
    at = clock.now()
    (part,) = ledger_said(agreement_of(contract, today=at.date()), lines, at=at)["parts"]
    said = dict(lines[0].current.consent.said)
    page = sign_in(Client(), contract.person).get(
        reverse("supplier:contract", kwargs={"reference": contract.reference})
    )

    assert (told["Key subcontractor"], told["Named in the bid as"]) == (ANSWERED, TYPED)
    assert part["heading"] == f"{ANSWERED} (named in the bid as {TYPED})"
    assert (said["Organisation"], said["Named in the bid as"]) == (ANSWERED, TYPED)
    assert f"named in the bid as {TYPED}" in page.content.decode()
    before = digest_of(contract, lines)
    lines[0].subcontractor.named_as = ""
    assert digest_of(contract, lines) != before


def test_two_of_one_name_stay_two_and_what_was_not_signed_names_nobody():
    one, other, third = (SupplierFactory(name="Harbour") for _ in range(3))
    entries = [invited(each, f"Typed {n}") for n, each in enumerate((one, other))]
    forged = invited(third, "Typed 2")
    consents = {
        entry["reference"]: consent_of(entry, each)
        for entry, each in zip([*entries, forged], (one, other, third), strict=True)
    }
    consents[forged["reference"]]["statement"]["organisation_name"] = "Somebody else"

    agreed = agreed_in({"subcontractors": [*entries, forged], "consents": consents})

    assert [each.name for each in agreed] == ["Harbour", "Harbour (Typed 1)", "Typed 2"]
    assert [each.supplier for each in agreed] == [str(one.reference), str(other.reference), ""]
