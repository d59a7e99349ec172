"""The subcontractor's pages: its own terms and nothing else; an answer that nothing loses."""

import json
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bids.actions.consents import ask_consent
from bids.actions.subcontracting import name_subcontractor, remove_subcontractor
from bids.identity import consent_identity
from bids.models import Bid, ConsentRequest, ExclusivityAnswer
from bids.offline import verify_receipt
from bids.selectors import secrecy
from bids.selectors.consents import EXCLUSIVITY, words_wanted
from bids.selectors.receipts import keys_file
from bids.states import BidState, ConsentAnswer
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.notifications.rendering import rendered
from framework_portal.sealing.envelope import read_opened
from suppliers.links import token_of
from suppliers.models import OrganisationInvitation
from suppliers.states import MemberRole
from tests.accounts.people import PASSWORD
from tests.bids.bidding import complete_bid, read_by, submit
from tests.bids.consenting import answer, ask, name, named, terms_for
from tests.factories import BidFactory, MembershipFactory, SupplierFactory, UserFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

NO = {"exclusivity": "not_asked", "change": "", "why": "", "told": ""}
AGREE = {"answer": "agreed", **NO}


@pytest.fixture
def bid():
    bid = complete_bid()
    bid.supplier.name = "Lead Supplier"
    bid.supplier.save()
    return bid


@pytest.fixture
def owner():
    return MembershipFactory(supplier__name="Harbour Steps", user__name="Sal Reed")


@pytest.fixture
def consent(bid, owner):
    """Terms that wait for an answer."""
    return ask(bid, name(bid, supplier=owner.supplier, role="Mentoring on Tuesdays"))


def page(consent, kind="detail", **more):
    return reverse(f"supplier:consent_{kind}", kwargs={"reference": consent.reference, **more})


def fresh(bid):
    found = read_by(bid.person, Bid.objects.get(pk=bid.pk))
    found.person = bid.person
    return found


def change_terms(bid, consent, **fields):
    """The lead says something else of the organisation, and asks again."""
    name_subcontractor(
        bid=fresh(bid),
        by=bid.person,
        at=clock.now(),
        reference=consent.entry,
        supplier=consent.supplier,
        name=consent.supplier.name,
        **terms_for(bid, role="Mentoring on Tuesdays", **fields),
    )
    return ask_consent(bid=fresh(bid), reference=consent.entry, by=bid.person, at=clock.now())


def as_owner(client, owner):
    return sign_in(client, owner.user)


def after_closing(bid):
    return clock.fixed_at(bid.lot.competition.closes_at)


def test_it_sees_exactly_its_own_terms_and_what_agreeing_means(client, bid, consent, owner):
    other = named(bid, supplier=SupplierFactory(name="Rival Steps"), role="Something secret")
    as_owner(client, owner)

    text = client.get(page(consent)).text

    for words in (
        "Lead Supplier wants to name you in its bid",
        "Mentoring on Tuesdays",
        "12.5% of the price, which is £",
        "About 40 a quarter",
        "At most 30 days after you send a valid invoice",
        "1 April 2027",
        bid.lot.title,
        reverse("public:lot", args=[bid.lot.reference]),
        "What agreeing means",
        "UK time",
    ):
        assert words in text, words
    assert "Rival Steps" not in text
    assert "Something secret" not in text
    assert str(other.reference) not in text


@pytest.mark.parametrize(
    ("sent", "state", "words"),
    [
        (AGREE, "agreed", "Agreed"),
        ({**AGREE, "answer": "change_asked", "change": "Fewer people"}, "change_asked", "change"),
        ({**AGREE, "answer": "declined", "why": "Too far away"}, "declined", "Declined"),
        ({**AGREE, "answer": "declined"}, "declined", "Declined"),
    ],
)
def test_it_agrees_asks_for_a_change_or_declines(client, consent, owner, sent, state, words):
    as_owner(client, owner)

    after = client.post(page(consent), sent, follow=True)

    assert "Your answer is sent" in after.text
    assert words in after.text
    assert "Sal Reed answered on" in after.text
    assert ConsentRequest.objects.get(pk=consent.pk).answer == state


def test_words_are_for_the_lead_and_for_the_choice_they_were_typed_under(client, consent, owner):
    as_owner(client, owner)

    sent = {**AGREE, "answer": "change_asked", "change": "Fewer people", "why": "Never sent"}
    client.post(page(consent), sent)

    consent.refresh_from_db()
    assert words_wanted(consent) == "Fewer people"


def test_what_was_typed_under_yes_is_not_kept_with_another_answer(client, bid, consent, owner):
    as_owner(client, owner)

    client.post(page(consent), {**AGREE, "told": "Typed, then thought better of"})

    kept = ExclusivityAnswer.objects.select_related("consent", "words").get()
    bound_to = consent_identity(kept.consent, EXCLUSIVITY)
    assert read_opened(kept.words, bound_to=bound_to) == {"words": ""}


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({}, "Select whether you agree, ask for a change or decline"),
        ({"answer": "change_asked", **NO}, "Say what should change"),
        ({"answer": "agreed"}, "Select yes, no, or that you prefer not to say"),
        ({"answer": "perhaps", **NO}, "There is a problem"),
    ],
)
def test_an_incomplete_answer_is_said_so_and_kept(client, consent, owner, sent, error):
    as_owner(client, owner)

    answered = client.post(page(consent), {**sent, "told": "What I typed"})

    assert error in answered.text
    assert "What I typed" in answered.text
    assert not ConsentRequest.objects.get(pk=consent.pk).answer


def test_someone_elses_request_is_not_found_anywhere(client, consent):
    agreed = answer(consent)
    sign_in(client, MembershipFactory().user)

    for kind in ("detail", "withdraw", "copy"):
        assert client.get(page(agreed, kind)).status_code == 404
    assert client.post(page(agreed), AGREE).status_code == 404
    assert client.post(page(agreed, "withdraw")).status_code == 404
    assert client.get(page(agreed, "copy_file", form="json")).status_code == 404


def test_the_lead_does_not_find_the_subcontractors_pages(client, bid, consent):
    sign_in(client, bid.person)

    assert client.get(page(consent)).status_code == 404


def test_a_reader_reads_and_does_not_answer(client, consent, owner):
    reader = MembershipFactory(supplier=owner.supplier, role=MemberRole.READER)
    sign_in(client, reader.user)

    text = client.get(page(consent)).text

    assert "Mentoring on Tuesdays" in text
    assert "Ask an owner or editor" in text
    assert "Send our answer" not in text
    assert client.post(page(consent), AGREE).status_code == 403
    agreed = answer(consent, by=owner.user)
    assert "Withdraw our agreement" not in client.get(page(agreed)).text
    assert client.post(page(agreed, "withdraw")).status_code == 403


def test_pressed_twice_is_once(client, consent, owner):
    as_owner(client, owner)

    for _twice in range(2):
        assert "Your answer is sent" in client.post(page(consent), AGREE, follow=True).text

    assert ExclusivityAnswer.objects.count() == 1


def test_another_word_about_exclusivity_is_not_dropped_in_silence(client, bid, consent, owner):
    as_owner(client, owner)
    client.post(page(consent), {**AGREE, "exclusivity": "not_asked"}, follow=True)

    second = {**AGREE, "exclusivity": "asked", "told": "They rang us up"}
    text = client.post(page(consent), second, follow=True).text

    assert "Your answer is sent" not in text
    assert "said first about working for one lead alone stands" in text
    assert "confidential note" in text
    assert "They rang us up" in text
    assert ExclusivityAnswer.objects.get().said == "not_asked"
    kept = AuditEvent.objects.get(verb="consent.answer_refused")
    assert "alone" not in kept.detail_text and '"answered"' in kept.detail_text
    sign_in(client, bid.person)
    lead = client.get(reverse("supplier:bid_subcontractors", args=[bid.reference])).text
    assert "alone stands" not in lead


def test_of_two_colleagues_the_second_is_told_and_keeps_what_was_typed(client, consent, owner):
    colleague = MembershipFactory(supplier=owner.supplier).user
    answer(consent, ConsentAnswer.DECLINED, by=colleague)
    as_owner(client, owner)

    for said in ("change_asked", "declined"):
        sent = {**AGREE, "answer": said, "change": "Fewer people", "why": "Fewer people"}
        text = client.post(page(consent), sent).text
        assert "A colleague has answered this already" in text
        assert "Fewer people" in text
        assert "Declined" in text


def test_terms_that_changed_while_they_were_read_are_shown_beside_what_was_read(
    client, bid, consent, owner
):
    as_owner(client, owner)
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(page(consent)).text)[1]
    newer = change_terms(bid, consent, volume=55)

    sent = {**AGREE, "seen": seen, "exclusivity": "asked", "told": "They said so on the phone"}
    text = client.post(page(consent), sent).text

    assert "The terms changed while you were reading" in text
    assert "What changed" in text
    assert "About 40 a quarter" in text
    assert "About 55 a quarter" in text
    assert "They said so on the phone" in text
    assert not ConsentRequest.objects.filter(answer="agreed").exists()
    assert f'action="{page(newer)}"' in text
    # It was said of other terms, so it is asked anew; the answer beside it stays.
    assert re.findall(r'<input[^>]*value="(\w+)"[^>]*checked', text) == ["asked"]
    again = re.search(r'name="seen" value="([^"]+)"', text)[1]
    client.post(page(newer), {**sent, "seen": again})
    assert ConsentRequest.objects.get(pk=newer.pk).answer == "agreed"


@pytest.mark.parametrize("seen", ["", "nonsense", "x" * 30_000])
def test_a_page_that_does_not_say_what_it_showed_is_refused_all_the_same(
    client, bid, consent, owner, seen
):
    as_owner(client, owner)
    change_terms(bid, consent, volume=55)

    text = client.post(page(consent), {**AGREE, "seen": seen}).text

    assert "The terms changed while you were reading" in text
    assert "About 55 a quarter" in text
    assert not ConsentRequest.objects.filter(answer="agreed").exists()


def test_an_old_address_leads_to_the_terms_that_stand(client, bid, consent, owner):
    newer = change_terms(bid, consent, volume=55)
    as_owner(client, owner)

    assert client.get(page(consent)).url == page(newer)


def test_who_is_named_no_more_is_told_so_and_keeps_what_was_typed(client, bid, consent, owner):
    remove_subcontractor(bid=fresh(bid), reference=consent.entry, by=bid.person, at=clock.now())
    as_owner(client, owner)

    assert "does not name your organisation" in client.get(page(consent)).text
    text = client.post(page(consent), {**AGREE, "told": "What I typed"}).text

    assert "What I typed" in text
    assert not ConsentRequest.objects.filter(answer="agreed").exists()


def test_at_closing_nothing_is_answered_or_withdrawn_any_more(client, bid, consent, owner):
    as_owner(client, owner)
    with after_closing(bid):
        text = client.post(page(consent), {**AGREE, "told": "What I typed"}).text
        assert "closed" in text
        assert "What I typed" in text
        assert "Closed without your answer" in client.get(page(consent)).text

    answer(consent, by=owner.user)
    with after_closing(bid):
        as_owner(client, owner)
        assert "your agreement stands" in client.get(page(consent, "withdraw")).text
        text = client.post(page(consent, "withdraw")).text
        assert "There is a problem" in text
    consent.refresh_from_db()
    assert consent.is_agreed


def test_a_microsecond_before_closing_it_still_answers(client, bid, consent, owner):
    as_owner(client, owner)
    with clock.fixed_at(bid.lot.competition.closes_at - timedelta(microseconds=1)):
        client.post(page(consent), AGREE)

    assert ConsentRequest.objects.get(pk=consent.pk).answer == "agreed"


def test_withdrawing_says_what_follows_and_takes_a_submitted_bid_back(client, bid, consent, owner):
    answer(consent, by=owner.user)
    submit(fresh(bid))
    as_owner(client, owner)

    assert "Withdraw our agreement" in client.get(page(consent)).text
    text = client.get(page(consent, "withdraw")).text
    assert "The lead is told at once" in text
    assert "cannot be undone" in text
    after = client.post(page(consent, "withdraw"), follow=True)

    assert "Your agreement is withdrawn" in after.text
    assert Bid.objects.get(pk=bid.pk).state == BidState.DRAFT
    # Pressed twice, or by a colleague: nothing more happens.
    assert client.post(page(consent, "withdraw")).url == page(consent)


def test_after_the_terms_changed_what_was_submitted_can_still_be_withdrawn(
    client, bid, consent, owner
):
    answer(consent, by=owner.user)
    submit(fresh(bid))
    newer = change_terms(bid, consent, volume=55)
    as_owner(client, owner)

    text = client.get(page(newer)).text
    assert "still stands for a version of the bid that was submitted" in text
    assert page(newer, "withdraw") in text
    client.post(page(newer, "withdraw"))

    assert Bid.objects.get(pk=bid.pk).state == BidState.DRAFT
    assert page(newer, "withdraw") not in client.get(page(newer)).text
    client.post(page(newer), AGREE)
    submit(fresh(bid))


def test_named_no_more_in_the_draft_what_was_submitted_can_still_be_withdrawn(
    client, bid, consent, owner
):
    answer(consent, by=owner.user)
    submit(fresh(bid))
    remove_subcontractor(bid=fresh(bid), reference=consent.entry, by=bid.person, at=clock.now())
    as_owner(client, owner)

    assert "counts until another takes its place" in client.get(page(consent)).text
    client.post(page(consent, "withdraw"))

    assert Bid.objects.get(pk=bid.pk).state == BidState.DRAFT


def test_withdrawing_asks_who_it_is_again(client, consent, owner):
    answer(consent, by=owner.user)
    client.force_login(owner.user)

    for ask_for in (client.get, client.post):
        asked = ask_for(page(consent, "withdraw"))
        assert asked.status_code == 302
        assert asked.url.startswith("/account/")
    consent.refresh_from_db()
    assert consent.is_agreed


def test_only_what_was_agreed_can_be_withdrawn(client, consent, owner):
    as_owner(client, owner)

    assert client.get(page(consent, "withdraw")).url == page(consent)


def test_the_signed_copy_says_what_was_agreed_and_checks_without_us(
    client, bid, consent, owner, tmp_path
):
    answer(consent, by=owner.user)
    submit(fresh(bid))
    as_owner(client, owner)

    text = client.get(page(consent, "copy")).text
    assert "Mentoring on Tuesdays" in text
    file = client.get(page(consent, "copy_file", form="json"))
    plain = client.get(page(consent, "copy_file", form="txt")).content.decode()
    assert "Mentoring on Tuesdays" in plain
    assert "How to check this" in plain
    assert "attachment" in file["Content-Disposition"]
    kept, keys = tmp_path / "agreement.json", tmp_path / "keys.json"
    kept.write_bytes(file.content)
    keys.write_text(json.dumps(keys_file()))

    def check():
        script = [sys.executable, verify_receipt.__file__, str(kept), "--keys", str(keys)]
        return subprocess.run(script, capture_output=True, text=True, check=False)

    done = check()
    assert (done.returncode, done.stderr) == (0, "")
    assert "Harbour Steps agreed to be named by Lead Supplier" in done.stdout
    said = client.post(reverse("public:receipt_check"), {"text": file.content.decode()}).text
    assert "Harbour Steps agreed to be named by Lead Supplier" in said
    kept.write_bytes(file.content.replace(b"Tuesdays", b"Thursdays"))
    assert check().returncode == 1
    altered = file.content.decode().replace("Tuesdays", "Thursdays")
    said = client.post(reverse("public:receipt_check"), {"text": altered}).text
    assert "altered" in said
    assert "Genuine" not in said


def test_there_is_no_copy_of_what_was_not_agreed_and_no_other_kind_of_file(client, consent, owner):
    as_owner(client, owner)
    assert client.get(page(consent, "copy")).status_code == 404
    answer(consent, by=owner.user)

    assert client.get(page(consent, "copy")).status_code == 200
    assert client.get(page(consent, "copy_file", form="exe")).status_code == 404


def test_who_cannot_open_the_vault_is_told_how(client, bid, consent, owner):
    answer(consent, by=owner.user)
    submit(fresh(bid))
    newcomer = MembershipFactory(supplier=owner.supplier, role=MemberRole.READER)
    sign_in(client, newcomer.user)

    for kind in ("detail", "copy"):
        answered = client.get(page(consent, kind))
        assert answered.status_code == 200
        assert "Mentoring on Tuesdays" not in answered.text
        assert "agreement you gave stands" in answered.text


def test_an_agreement_is_withdrawn_without_reading_it_again(client, bid, consent, owner):
    answer(consent, by=owner.user)
    submit(fresh(bid))
    newcomer = MembershipFactory(supplier=owner.supplier)
    sign_in(client, newcomer.user)

    assert page(consent, "withdraw") in client.get(page(consent)).text
    client.post(page(consent, "withdraw"))

    assert Bid.objects.get(pk=bid.pk).state == BidState.DRAFT


def test_the_list_shows_what_waits_what_was_agreed_and_what_is_past(client, bid, consent, owner):
    agreed = answer(ask(other := complete_bid(), name(other, supplier=owner.supplier)))
    declined = ask(third := complete_bid(), name(third, supplier=owner.supplier))
    answer(declined, ConsentAnswer.DECLINED)
    as_owner(client, owner)

    text = client.get(reverse("supplier:consent_list")).text

    places = [text.index(page(each)) for each in (consent, agreed, declined)]
    assert places == sorted(places)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_or_three(client, owner, django_assert_num_queries, count):
    for _each in range(count):
        bid = complete_bid()
        ask(bid, name(bid, supplier=owner.supplier))
    as_owner(client, owner)

    with django_assert_num_queries(6):
        text = client.get(reverse("supplier:consent_list")).text

    assert text.count("Waiting for your answer</strong>") == count


ANSWERS = {
    "yes": {**AGREE, "exclusivity": "asked", "told": "They wrote that we may not bid with others"},
    "no": AGREE,
    "unsaid": {**AGREE, "exclusivity": "unsaid"},
}


def test_the_lead_never_learns_what_was_said_of_exclusivity(client):
    heard = {}
    for said, sent in ANSWERS.items():
        bid, owner = complete_bid(), MembershipFactory(supplier__name="Harbour Steps")
        consent = ask(bid, name(bid, supplier=owner.supplier))
        as_owner(client, owner)
        before = Message.objects.count()
        with CaptureQueriesContext(connection) as asked:
            own = client.post(page(consent), sent, follow=True).text
        mails = list(Message.objects.order_by("pk")[before:])
        sign_in(client, bid.person)
        leads = client.get(f"/supplier/bids/{bid.reference}/subcontractors/").text
        heard[said] = (
            len(asked),
            _plain(own, bid, consent),
            _plain(leads, bid, consent),
            [
                (each.kind, sorted(each.context), rendered(each.kind, each.context)[0])
                for each in mails
            ],
        )
        for text in (leads, *(str(rendered(each.kind, each.context)) for each in mails)):
            assert "They wrote" not in text
            assert "prefer" not in text

    assert heard["yes"] == heard["no"] == heard["unsaid"]
    assert set(ExclusivityAnswer.objects.values_list("said", flat=True)) == {
        "asked",
        "not_asked",
        "unsaid",
    }


def _plain(text, bid, consent):
    """A page without what differs from bid to bid."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "R", text)
    text = re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    text = re.sub(r'data-[a-z-]+="[^"]*"|name="(seen|shown|key)" value="[^"]*"', "", text)
    text = re.sub(r"\d+", "0", text)
    return re.sub(r"\s+", " ", text)


def test_an_invited_organisation_comes_to_its_terms_by_the_link_in_the_mail(client, bid):
    consent = ask(bid, name(bid, name="Tideway", email="sal@tideway.example"))
    invitation = OrganisationInvitation.objects.get()
    mails = Message.objects.filter(to="sal@tideway.example")
    assert [each.kind for each in mails] == ["organisation_invited"]
    link = reverse("supplier:invited", args=[token_of(invitation)])
    assert link in rendered(mails[0].kind, mails[0].context)[1]

    client.post(link, {"name": "Sal Reed", "password1": PASSWORD})
    about = {"name": "Tideway", "legal_form": "cic", "size": "micro", "is_voluntary": "yes"}
    arrived = client.post(f"{link}organisation/", about, follow=True)

    assert arrived.redirect_chain[-1][0] == page(consent)
    assert "Mentoring" in arrived.text
    client.post(page(consent), AGREE)
    consent.refresh_from_db()
    assert consent.answer == "agreed"
    assert "Mentoring" in client.get(page(consent, "copy")).text
    assert fresh(bid) and submit(fresh(bid))


def test_one_link_answers_all_that_a_lead_asks_and_what_it_asks_later(client, bid):
    email = "sal@tideway.example"
    first = ask(bid, name(bid, name="Tideway", email=email))
    second_bid = complete_bid(BidFactory(supplier=bid.supplier))
    second = ask(second_bid, name(second_bid, name="Tideway", email=email))
    invitation, owner = OrganisationInvitation.objects.get(), MembershipFactory()
    as_owner(client, owner)

    client.post(
        reverse("supplier:invited", args=[token_of(invitation)]),
        {"supplier": str(owner.supplier.reference)},
        follow=True,
    )
    third_bid = complete_bid(BidFactory(supplier=bid.supplier))
    third = ask(third_bid, name(third_bid, name="Tideway", email=email))

    for each in (first, second, third):
        each.refresh_from_db()
        assert each.supplier == owner.supplier
    assert Message.objects.filter(kind="consent_asked", to=owner.supplier.contact_email).exists()


def test_a_link_of_one_lead_takes_nothing_up_that_another_asks(client, bid):
    email, other = "sal@tideway.example", complete_bid()
    mine = ask(bid, name(bid, name="Tideway", email=email))
    theirs = ask(other, name(other, name="Tideway", email=email))
    owner = MembershipFactory()
    as_owner(client, owner)
    invitation = OrganisationInvitation.objects.get(inviter=bid.supplier)

    link = reverse("supplier:invited", args=[token_of(invitation)])
    client.post(link, {"supplier": str(owner.supplier.reference)}, follow=True)

    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.supplier, theirs.supplier) == (owner.supplier, None)
    assert client.get(page(theirs)).status_code == 404


def test_the_admin_is_told_of_no_invitation(client, bid):
    ask(bid, name(bid, name="Tideway", email="sal@tideway.example"))
    invited = {"subject_type": "suppliers.organisationinvitation"}

    assert AuditEvent.objects.filter(**invited).exists()
    assert not secrecy.events(AuditEvent.objects.all()).filter(**invited).exists()
    assert Message.objects.filter(kind="organisation_invited").exists()
    assert not secrecy.messages(Message.objects.all()).filter(to="sal@tideway.example").exists()


def test_what_was_asked_of_an_address_is_nobodys_until_it_is_taken_up(client, bid):
    consent = ask(bid, name(bid, name="Tideway", email="sal@tideway.example"))
    sign_in(client, UserFactory(email="sal@tideway.example"))

    assert client.get(page(consent)).status_code == 404
    assert "Lead Supplier wrote to your email" in client.get(reverse("supplier:consent_list")).text


def test_start_leads_to_the_only_terms_that_wait_or_to_the_list(client, bid, consent, owner):
    as_owner(client, owner)
    assert client.get(reverse("supplier:consent_start")).url == page(consent)
    other = complete_bid()
    ask(other, name(other, supplier=owner.supplier))

    assert client.get(reverse("supplier:consent_start")).url == reverse("supplier:consent_list")


def test_after_a_change_what_was_agreed_before_is_still_kept(client, bid, consent, owner):
    answer(consent, by=owner.user)
    newer = change_terms(bid, consent, volume=55)
    as_owner(client, owner)

    text = client.get(page(newer)).text

    assert page(consent, "copy") in text
    assert "About 40 a quarter" in client.get(page(consent, "copy")).text


def test_the_dashboard_says_what_waits(client, consent, owner):
    as_owner(client, owner)

    assert page(consent) in client.get(reverse("supplier:dashboard")).text
