"""The supplier's and the assessor's pages in Chromium: accessible, wide and narrow."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from suppliers.actions.checking import check_supplier
from suppliers.actions.joining import add_evidence
from suppliers.actions.standing import give_removal_notice
from suppliers.models import RemovalNotice
from suppliers.states import MemberRole
from tests.factories import (
    ApplicationFactory,
    AssessorFactory,
    CategoryFactory,
    FrameworkFactory,
    InvitationFactory,
    MembershipFactory,
    PoliceAreaFactory,
    QualificationFactory,
    RegionFactory,
    SubmittedApplicationFactory,
)
from tests.ground.documents.samples import pdf
from tests.signing_in import sign_in as prove

# GOV.UK Frontend says which radios reveal something by an attribute that radios may not have.
KNOWN = [("aria-allowed-attr", "govuk-radios__input")]
SIZES = [{"width": 1280, "height": 900}, {"width": 320, "height": 640}]


@pytest.fixture
def visit(new_page, live_server, client, axe):
    """Open each address as a person, wide and narrow; what is wrong with any of them."""

    def visit(person, addresses):
        prove(client, person)
        wrong = []
        for size in SIZES:
            page = new_page(viewport=size)
            page.context.add_cookies(
                [
                    {"name": name, "value": morsel.value, "url": live_server.url}
                    for name, morsel in client.cookies.items()
                ]
            )
            for address in addresses:
                answer = page.goto(address)
                wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
                found = axe(page, but=KNOWN)
                if answer.status != 200 or wide or found:
                    wrong.append((address, size["width"], answer.status, wide, found))
        return wrong

    return visit


def url(name, **kwargs):
    return reverse(name, kwargs=kwargs)


@pytest.mark.django_db(transaction=True)
def test_the_suppliers_pages_are_accessible_wide_and_narrow(visit, questions):
    FrameworkFactory()
    owner = MembershipFactory(supplier__address="1 Invented Street")
    supplier, at = owner.supplier, timezone.now()
    MembershipFactory(supplier=supplier, role=MemberRole.READER)
    InvitationFactory(supplier=supplier)
    draft = ApplicationFactory(supplier=supplier)
    draft.categories.add(CategoryFactory())
    draft.areas.add(*PoliceAreaFactory.create_batch(2, parent=RegionFactory()))
    qualification = QualificationFactory(supplier=supplier)
    give_removal_notice(
        qualification=qualification, reasons="Complaints", by=AssessorFactory().user, at=at
    )
    check_supplier(supplier=supplier, at=at)
    own, app = {"reference": supplier.reference}, {"reference": draft.reference}
    member = {**own, "membership": owner.reference}

    wrong = visit(
        owner.user,
        [
            url("supplier:organisation_register"),
            *(
                url(f"supplier:{name}", **own)
                for name in (
                    "organisation_detail",
                    "organisation_about",
                    "organisation_contact",
                    "organisation_identifiers",
                    "organisation_areas",
                    "team_list",
                    "team_invite",
                    "evidence_list",
                    "joining",
                )
            ),
            url("supplier:team_role", **member),
            url("supplier:team_remove", **member),
            url("supplier:evidence_add", **own, code="policy"),
            *(
                url(f"supplier:{name}", **app)
                for name in (
                    "application_detail",
                    "application_categories",
                    "application_areas",
                    "application_check",
                    "application_declare",
                    "application_withdraw",
                )
            ),
            url("supplier:application_answers", **app, section="your-services"),
            url("supplier:removal_notice", reference=RemovalNotice.objects.get().reference),
        ],
    )

    assert wrong == []


@pytest.mark.django_db(transaction=True)
def test_the_assessors_pages_are_accessible_wide_and_narrow(visit, questions):
    application = SubmittedApplicationFactory()
    supplier, at = application.supplier, timezone.now()
    qualification = QualificationFactory(supplier=supplier)
    upload = SimpleUploadedFile("policy.pdf", pdf(), "application/pdf")
    add_evidence(
        supplier=supplier,
        question=questions["policy"],
        upload=upload,
        by=application.submitted_by,
        at=at,
    )
    check_supplier(supplier=supplier, at=at)
    app = {"reference": application.reference}

    wrong = visit(
        AssessorFactory().user,
        [
            url("assessor:application_list"),
            url("assessor:application_detail", **app),
            url("assessor:application_decide", **app),
            url("assessor:application_ask", **app),
            url("assessor:supplier_list"),
            url("assessor:supplier_detail", reference=supplier.reference),
            url("assessor:qualification_move", reference=qualification.reference, move="suspend"),
            url("assessor:qualification_move", reference=qualification.reference, move="renew"),
            url("assessor:finding_list"),
        ],
    )

    assert wrong == []
