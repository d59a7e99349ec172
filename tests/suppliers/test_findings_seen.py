"""What a check saw stands beside what it found; who else is concerned is for assessors."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from framework_portal import wording
from suppliers.actions.checking import check_supplier
from suppliers.models import CheckResult
from suppliers.selectors.findings import with_seen
from suppliers.states import Outcome
from tests.factories import (
    AssessorFactory,
    IdentifierFactory,
    JoiningQuestionFactory,
    MembershipFactory,
    QualificationFactory,
    SupplierFactory,
)
from tests.signing_in import sign_in
from tests.suppliers.test_checking import show

pytestmark = pytest.mark.django_db


def finding(supplier, code="made_up", **evidence):
    at = timezone.now()
    return CheckResult.objects.create(
        supplier=supplier,
        check_code=code,
        outcome=Outcome.REFER,
        message="Something",
        how_to_mend="Mend it",
        evidence=evidence,
        first_seen_at=at,
        last_seen_at=at,
    )


def read(client, user, name, *args):
    return sign_in(client, user).get(reverse(name, args=args)).content.decode()


@pytest.fixture
def sharing():
    """Two suppliers with the same number and a document of the first that has run out."""
    own, other = [QualificationFactory(supplier__name=name).supplier for name in ("One", "Other")]
    for supplier in (own, other):
        IdentifierFactory(supplier=supplier, scheme="GB-COH", value="09506232")
    own.ended = timezone.localdate() - timedelta(days=3)
    show(own, JoiningQuestionFactory(kind="evidence"), own.ended)
    check_supplier(supplier=own, at=timezone.now())
    own.person = MembershipFactory(supplier=own).user
    own.other = other
    return own


def test_the_supplier_reads_what_was_seen_and_never_who_else_it_was(client, sharing):
    for page in (
        read(client, sharing.person, "supplier:dashboard"),
        read(client, sharing.person, "supplier:joining", sharing.reference),
    ):
        assert f"Ran out on: {wording.day(sharing.ended)}" in page
        assert "Register numbers concerned: 1" in page
        assert "Also given by" not in page
        assert "Other" not in page and str(sharing.other.reference) not in page


def test_the_assessor_reads_who_else_gave_the_number_and_how_to_mend_it(client, sharing):
    assessor = AssessorFactory().user
    page_of_other = reverse("assessor:supplier_detail", args=[sharing.other.reference])

    for page in (
        read(client, assessor, "assessor:finding_list"),
        read(client, assessor, "assessor:supplier_detail", sharing.reference),
    ):
        assert f"Ran out on: {wording.day(sharing.ended)}" in page
        assert f'Also given by: <a class="govuk-link" href="{page_of_other}">Other</a>' in page
        assert "How the supplier can mend it: Upload the new document" in page


def test_names_and_labels_are_said_in_words():
    partner = SupplierFactory(name="Partner Trust")
    named = finding(SupplierFactory(), subcontractors=[str(partner.reference)])
    gaps = finding(SupplierFactory(), missing=["address", "contact_name"])

    with_seen([named, gaps])

    assert named.seen == [("Subcontractors", [("Partner Trust", "")])]
    [(label, parts)] = gaps.seen
    assert label == "Missing"
    assert [str(words) for words, _url in parts] == ["Address", "Contact’s name"]


@pytest.mark.parametrize("count", [1, 3])
def test_who_is_named_is_looked_up_in_one_query(count, django_assert_num_queries):
    for each in SupplierFactory.create_batch(count):
        finding(SupplierFactory(), subcontractors=[str(each.reference)])

    with django_assert_num_queries(2):
        with_seen(CheckResult.objects.all(), is_assessor=True)
