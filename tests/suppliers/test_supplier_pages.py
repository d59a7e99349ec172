"""The pages of an organisation's people: a whole application, who may see what, hostile input."""

from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone

from framework_portal.documents.models import Document
from framework_portal.notifications.models import Message
from framework_portal.notifications.rendering import rendered
from suppliers.actions.assessing import Need, ask_for_more
from suppliers.actions.joining import start_application
from suppliers.actions.standing import give_removal_notice
from suppliers.models import Application, Invitation, Membership, Supplier
from suppliers.questionnaire import steps
from suppliers.states import ApplicationState, IdentifierScheme, MemberRole, QualificationState
from tests.factories import (
    AssessorFactory,
    CategoryFactory,
    FrameworkFactory,
    IdentifierFactory,
    InvitationFactory,
    JoiningQuestionFactory,
    MembershipFactory,
    PoliceAreaFactory,
    QualificationFactory,
    RegionFactory,
    SubmittedApplicationFactory,
    UserFactory,
)
from tests.ground.documents.samples import pdf
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
ABOUT = {
    "name": "Invented Women's Centre",
    "legal_form": "cio",
    "size": "micro",
    "is_voluntary": "yes",
    "is_new": "no",
}


def url(name, **kwargs):
    return reverse(f"supplier:{name}", kwargs=kwargs)


@pytest.fixture
def owner(client):
    """An owner, signed in."""
    membership = MembershipFactory(
        supplier__address="1 Invented Street", supplier__name="Our Centre"
    )
    IdentifierFactory(supplier=membership.supplier)
    sign_in(client, membership.user)
    return membership


def test_a_newcomer_registers_applies_and_submits_in_one_evening(client, questions):
    FrameworkFactory()
    person, category = UserFactory(), CategoryFactory()
    area = PoliceAreaFactory(parent=None)
    sign_in(client, person)

    assert "Register your organisation" in client.get(url("organisation")).text
    response = client.post(url("organisation_register"), ABOUT, follow=True)
    supplier = Supplier.objects.get()
    assert "Register numbers" in response.text
    numbers = url("organisation_identifiers", reference=supplier.reference)
    client.post(numbers, {"scheme": "GB-CHC", "value": " 1090095 "})
    client.post(
        url("organisation_contact", reference=supplier.reference),
        {"contact_name": "A", "contact_email": "a@test.example", "address": "1 Street"},
    )

    response = client.post(url("application_start", reference=supplier.reference), follow=True)
    application = Application.objects.get()
    where = {"reference": application.reference}
    assert "Cannot start yet" in response.text
    client.post(url("application_categories", **where), {"categories": [category.slug]})
    client.post(url("application_areas", **where), {"areas": [area.key]})
    client.post(
        url(
            "application_category_answers", **where, section="your-services", category=category.slug
        ),
        {"text_description": "What we do"},
    )
    client.post(
        url("application_answers", **where, section="your-services"),
        {"text_standing": "We keep going", "yes_safe": "yes"},
    )

    page = client.get(url("application_check", **where))
    assert "What we do" in page.text
    assert "Still missing" not in page.text
    response = client.post(url("application_declare", **where), {"true": "on"}, follow=True)
    assert "Application submitted" in response.text
    application.refresh_from_db()
    assert application.state == ApplicationState.SUBMITTED
    assert "Waiting for a decision" in client.get(url("application_detail", **where)).text


def test_a_page_saves_what_it_can_and_says_what_is_missing(client, owner, questions):
    application = start(owner)
    page = url("application_answers", reference=application.reference, section="your-services")

    response = client.post(page, {"text_standing": "Kept", "yes_safe": ""})

    assert "Select yes or no" in response.text
    assert application.answers.get().text == "Kept"


def test_save_and_come_back_later_takes_half_an_answer(client, owner, questions):
    application = start(owner)
    page = url("application_answers", reference=application.reference, section="your-services")

    response = client.post(page, {"text_standing": "Half", "yes_safe": "", "later": ""})

    assert response.url == url("joining", reference=owner.supplier.reference)
    assert application.answers.get().text == "Half"


def test_an_answer_that_is_too_long_stays_on_the_page(client, owner, questions):
    application = start(owner)
    page = url("application_answers", reference=application.reference, section="your-services")
    words = "word " * 51

    for way in ("save", "later"):
        response = client.post(page, {"text_standing": words, "yes_safe": "yes", way: ""})

        assert "Take out 1 word" in response.text
        assert words.strip() in response.text


def test_a_stale_page_shows_both_texts_and_the_next_save_decides(client, owner, questions):
    application = start(owner)
    page = url("application_answers", reference=application.reference, section="your-services")
    step = next(s for s in steps(application) if s.question.code == "standing")
    opened = {"seen_standing": step.version, "seen_safe": step.version, "yes_safe": "yes"}
    client.post(page, {**opened, "text_standing": "The colleague's words"})

    response = client.post(page, {**opened, "text_standing": "My own words"})

    assert "The colleague&#x27;s words" in response.text
    assert "My own words" in response.text
    assert application.answers.get(question__code="standing").text == "The colleague's words"
    seen = response.context["form"]["seen_standing"].value()
    client.post(page, {**opened, "seen_standing": seen, "text_standing": "My own words"})
    assert application.answers.get(question__code="standing").text == "My own words"


def test_a_change_from_the_check_page_leads_back_to_it(client, owner, questions):
    application = start(owner)
    where = {"reference": application.reference}
    check = url("application_check", **where)
    page = url("application_answers", **where, section="your-services") + "?back=check"
    assert page in client.get(check).text

    response = client.post(page, {"text_standing": "Kept", "yes_safe": "yes"})

    assert response.url == check


def test_a_page_sent_again_after_an_error_is_not_stale(client, owner, questions):
    application = start(owner)
    page = url("application_answers", reference=application.reference, section="your-services")
    form = client.get(page).context["form"]
    opened = {f"seen_{code}": form[f"seen_{code}"].value() for code in ("standing", "safe")}

    failed = client.post(page, {**opened, "text_standing": "Kept", "yes_safe": "no"})
    assert "Explain your answer" in failed.text
    form = failed.context["form"]
    opened = {name: form[name].value() for name in opened}
    response = client.post(
        page, {**opened, "text_standing": "Kept", "yes_safe": "no", "text_safe": "Because"}
    )

    assert response.status_code == 302
    assert application.answers.get(question__code="safe").text == "Because"


def start(owner):
    FrameworkFactory()
    application = start_application(supplier=owner.supplier, by=owner.user, at=timezone.now())
    application.categories.add(CategoryFactory())
    return application


def pages_of(supplier, application, membership):
    """Every page with the organisation or its application in its address."""
    own, app = {"reference": supplier.reference}, {"reference": application.reference}
    names = [
        ("organisation_detail", own),
        ("organisation_about", own),
        ("organisation_contact", own),
        ("organisation_identifiers", own),
        ("organisation_areas", own),
        ("team_list", own),
        ("team_invite", own),
        ("team_role", {**own, "membership": membership.reference}),
        ("team_remove", {**own, "membership": membership.reference}),
        ("evidence_list", own),
        ("joining", own),
        ("application_start", own),
        ("application_detail", app),
        ("application_categories", app),
        ("application_areas", app),
        ("application_answers", {**app, "section": "your-services"}),
        ("application_check", app),
        ("application_declare", app),
        ("application_submitted", app),
        ("application_withdraw", app),
    ]
    return [url(name, **where) for name, where in names]


def test_somebody_elses_organisation_answers_404_to_everything(client, owner, questions):
    other = MembershipFactory()
    application = start(other)
    theirs = pages_of(other.supplier, application, other)
    sign_in(client, owner.user)

    assert {client.get(page).status_code for page in theirs} == {404, 405}
    assert {client.post(page).status_code for page in theirs} == {404, 405}


def test_an_assessor_reads_no_draft_on_the_suppliers_pages(client, owner, questions):
    application = start(owner)
    sign_in(client, AssessorFactory().user)

    for page in pages_of(owner.supplier, application, owner):
        assert client.get(page).status_code in (403, 404, 405)


def test_a_reader_reads_and_changes_nothing(client, owner, questions):
    application = start(owner)
    reader = MembershipFactory(supplier=owner.supplier, role=MemberRole.READER)
    sign_in(client, reader.user)
    readable = {
        url("organisation_detail", reference=owner.supplier.reference),
        url("team_list", reference=owner.supplier.reference),
        url("evidence_list", reference=owner.supplier.reference),
        url("joining", reference=owner.supplier.reference),
        url("application_detail", reference=application.reference),
    }
    pages = pages_of(owner.supplier, application, owner)

    assert {page for page in pages if client.get(page).status_code == 200} == readable
    assert {client.post(page).status_code for page in pages} <= {403, 405}


def test_an_editor_writes_but_does_not_manage_the_team(client, owner):
    editor = MembershipFactory(supplier=owner.supplier, role=MemberRole.EDITOR)
    sign_in(client, editor.user)
    own = {"reference": owner.supplier.reference}

    assert client.get(url("organisation_about", **own)).status_code == 200
    assert client.get(url("team_invite", **own)).status_code == 403
    where = {**own, "membership": owner.reference}
    assert client.post(url("team_remove", **where)).status_code == 403
    assert client.post(url("team_role", **where), {"role": "reader"}).status_code == 403


def test_everybody_may_leave_but_the_last_owner(client, owner):
    reader = MembershipFactory(supplier=owner.supplier, role=MemberRole.READER)
    own = {"reference": owner.supplier.reference}

    response = client.post(url("team_remove", **own, membership=owner.reference))
    assert "needs an owner" in response.text
    sign_in(client, reader.user)
    client.post(url("team_remove", **own, membership=reader.reference))

    assert list(Membership.objects.all()) == [owner]


def test_a_removed_colleague_is_out_at_once(client, owner):
    colleague = MembershipFactory(supplier=owner.supplier, role=MemberRole.EDITOR)
    own = {"reference": owner.supplier.reference}
    theirs = client.__class__()
    sign_in(theirs, colleague.user)
    assert theirs.get(url("organisation_detail", **own)).status_code == 200

    client.post(url("team_remove", **own, membership=colleague.reference))

    response = theirs.get(url("organisation_detail", **own))
    assert response.status_code == 302
    assert reverse("account_login") in response.url


def test_an_invitation_leads_in_whoever_has_the_address(client, owner):
    own = {"reference": owner.supplier.reference}
    client.post(url("team_invite", **own), {"email": "New@test.example", "role": "editor"})
    message = Message.objects.get(kind="colleague_invited")
    _subject, text = rendered(message.kind, message.context)
    link = url("invitation_accept", reference=Invitation.objects.get().reference)
    assert link in text
    client.logout()

    page = client.get(link)
    assert "Our Centre" in page.text
    assert f"{reverse('account_signup')}?next=" in page.text
    person = UserFactory(email="new@test.example")
    sign_in(client, person)
    assert "Join Our Centre" in client.get(url("organisation")).text
    client.post(link)

    assert owner.supplier.memberships.get(user=person).role == MemberRole.EDITOR
    assert "used already" in client.get(link).text


def test_an_invitation_is_no_use_to_another_address(client):
    invitation = InvitationFactory()
    sign_in(client, UserFactory())
    link = url("invitation_accept", reference=invitation.reference)

    assert "another email address" in client.get(link).text
    client.post(link)

    assert not Membership.objects.exists()


def test_a_person_of_two_organisations_chooses(client, owner):
    second = MembershipFactory(user=owner.user, supplier__name="Second Centre").supplier

    page = client.get(url("organisation")).text

    assert "Our Centre" in page
    assert url("organisation_detail", reference=second.reference) in page
    assert url("joining", reference=second.reference) in client.get(url("qualification_list")).text


def test_numbers_are_added_made_main_and_taken_away(client, owner):
    page = url("organisation_identifiers", reference=owner.supplier.reference)

    assert "8 digits" in client.post(page, {"scheme": "GB-COH", "value": "nonsense"}).text
    assert "Select the register" in client.post(page, {"value": "1"}).text
    client.post(page, {"scheme": "GB-COH", "value": "9506232"})
    client.post(page, {"main": "GB-COH-09506232"})
    assert owner.supplier.identifiers.get(is_main=True).scheme == IdentifierScheme.COH
    client.post(page, {"remove": "GB-COH-09506232"})
    client.post(page, {"remove": "GB-COH-09506232"})

    assert owner.supplier.identifiers.count() == 1


def test_evidence_is_uploaded_handed_out_as_attachment_and_never_to_strangers(
    client, owner, questions
):
    own = {"reference": owner.supplier.reference}
    page = url("evidence_add", **own, code="policy")
    assert "Choose a file" in client.post(page).text
    wrong = SimpleUploadedFile("policy.pdf", b"MZ", "application/pdf")
    assert "policy.pdf" in client.post(page, {"upload": wrong}).text

    client.post(page, {"upload": SimpleUploadedFile("policy.pdf", pdf(), "application/pdf")})
    evidence = owner.supplier.evidence.get()
    assert "policy.pdf" in client.get(url("evidence_list", **own)).text
    link = url("evidence_download", reference=evidence.reference)
    assert client.get(link)["Content-Disposition"].startswith("attachment")

    sign_in(client, MembershipFactory().user)
    assert client.get(link).status_code == 404


def test_a_file_whose_key_is_lost_breaks_no_page(client, owner, questions):
    own = {"reference": owner.supplier.reference}
    page = url("evidence_add", **own, code="policy")
    client.post(page, {"upload": SimpleUploadedFile("policy.pdf", pdf(), "application/pdf")})
    evidence = owner.supplier.evidence.get()
    Document.objects.update(key_id="0123456789abcdef")

    listed = client.get(url("evidence_list", **own))

    assert (listed.status_code, "This file cannot be read" in listed.text) == (200, True)
    link = url("evidence_download", reference=evidence.reference)
    assert client.get(link).status_code == 404


def test_what_was_asked_for_is_shown_by_question(client, owner, questions):
    application = SubmittedApplicationFactory(supplier=owner.supplier)
    ask_for_more(
        application=application,
        needs=[Need("Tell us about reserves", questions["standing"])],
        because="Nearly there",
        by=AssessorFactory().user,
        at=timezone.now(),
    )
    where = {"reference": application.reference}

    tasks = client.get(url("application_detail", **where)).text
    page = client.get(url("application_answers", **where, section="your-services")).text

    assert "Nearly there" in tasks
    assert "Tell us about reserves" in tasks
    assert "Tell us about reserves" in page


@pytest.mark.parametrize("contact", ["", "help@portal.example"])
def test_who_is_suspended_is_led_to_somebody_to_write_to(client, owner, settings, contact):
    settings.CONTACT_ADDRESS = contact
    QualificationFactory(
        supplier=owner.supplier, state=QualificationState.SUSPENDED, reasons="Insurance ran out"
    )

    page = client.get(url("joining", reference=owner.supplier.reference)).text

    paragraph = page.partition("While suspended")[2].partition("</p>")[0]
    assert reverse("public:help") in paragraph
    assert ("mailto:help@portal.example" in paragraph) == bool(contact)


def test_a_notice_is_read_and_answered(client, owner):
    qualification = QualificationFactory(supplier=owner.supplier)
    notice = give_removal_notice(
        qualification=qualification,
        reasons="Complaints",
        by=AssessorFactory().user,
        at=timezone.now(),
    )
    page = url("removal_notice", reference=notice.reference)
    assert page in client.get(url("joining", reference=owner.supplier.reference)).text
    assert "Complaints" in client.get(page).text

    client.post(page, {"reply": "We mended it"})

    notice.refresh_from_db()
    assert notice.reply == "We mended it"
    sign_in(client, MembershipFactory().user)
    assert client.get(page).status_code == 404


HOSTILE = [
    "",
    "x" * 200_000,
    "\x00",
    "a\x00b",
    "\ud800",
    "<script>alert(1)</script>",
    "９" * 8,
    "-1",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=[ascii(text[:12]) for text in HOSTILE])
def test_hostile_input_gives_an_error_or_is_kept_as_text_but_never_breaks(
    client, owner, questions, typed
):
    application = start(owner)
    own, app = {"reference": owner.supplier.reference}, {"reference": application.reference}
    fields = {
        url("organisation_register"): [*ABOUT],
        url("organisation_about", **own): [*ABOUT],
        url("organisation_contact", **own): ["contact_name", "contact_email", "address", "website"],
        url("organisation_identifiers", **own): ["scheme", "value", "remove", "main"],
        url("organisation_areas", **own): ["areas", "seen"],
        url("team_invite", **own): ["email", "role"],
        url("application_categories", **app): ["categories", "seen"],
        url("application_areas", **app): ["areas", "seen"],
        url("application_answers", **app, section="your-services"): [
            "text_standing",
            "yes_safe",
            "seen_standing",
        ],
        url("application_declare", **app): ["true"],
        url("evidence_add", **own, code="policy"): ["upload"],
    }

    for page, names in fields.items():
        body = urlencode(dict.fromkeys(names, typed), errors="surrogatepass")
        response = client.post(page, body, content_type="application/x-www-form-urlencoded")
        assert response.status_code in (200, 302, 400, 413), (page, names)
        assert b"<script>alert(1)" not in response.content


def test_a_region_ticked_is_all_its_areas_and_shown_as_one_box(client, owner):
    region = RegionFactory()
    parts = PoliceAreaFactory.create_batch(2, parent=region)
    page = url("organisation_areas", reference=owner.supplier.reference)

    client.post(page, {"areas": [region.key]})

    assert set(owner.supplier.areas.all()) == set(parts)
    assert client.get(page).text.count(" checked>") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same_for_one_thing_or_three(client, owner, questions, count):
    supplier, own = owner.supplier, {"reference": owner.supplier.reference}
    MembershipFactory.create_batch(count, supplier=supplier)
    InvitationFactory.create_batch(count, supplier=supplier)
    QualificationFactory.create_batch(count, supplier=supplier)
    region = RegionFactory()
    supplier.areas.set(PoliceAreaFactory.create_batch(count, parent=region))
    application = SubmittedApplicationFactory(
        supplier=supplier, categories=CategoryFactory.create_batch(count)
    )
    for _ in range(count):
        question = JoiningQuestionFactory(kind="evidence", is_required=False)
        client.post(
            url("evidence_add", **own, code=question.code),
            {"upload": SimpleUploadedFile("a.pdf", pdf(), "application/pdf")},
        )

    costs = {}
    for page in [
        url("team_list", **own),
        url("organisation_detail", **own),
        url("joining", **own),
        url("evidence_list", **own),
        url("application_detail", reference=application.reference),
    ]:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        costs[resolve(page).url_name] = len(queries)

    assert costs == {
        "team_list": 13,
        "organisation_detail": 11,
        "joining": 14,
        "evidence_list": 9,
        "application_detail": 16,
    }
