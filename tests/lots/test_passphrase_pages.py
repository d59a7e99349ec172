"""The pages of openers before bids close: the passphrase, who is chosen, the words to print."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from framework_portal import clock
from framework_portal.accounts.actions.stash import read_stashed
from framework_portal.accounts.models import StashedForm
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.sealing.phrases import WORDS as SUGGESTED
from framework_portal.sealing.phrases import suggested
from lots.actions.openers import make_opener_key
from lots.models import Competition, Opener, OpenerKey, OpenerProof
from lots.states import CompetitionState
from tests.factories import (
    OPENING_PASSPHRASE,
    PASSWORD,
    AssessorFactory,
    MembershipFactory,
    OfficerFactory,
)
from tests.lots.pages import of, signed_in, text
from tests.lots.ready import ready_draft
from tests.lots.test_pages import cost

pytestmark = pytest.mark.django_db

HOME = "commissioner:opening_passphrase"
GOOD = "marmot lantern gravel tuba"


def set_page(client, passphrase, again=None):
    again = passphrase if again is None else again
    return client.post(
        reverse("commissioner:opening_passphrase_set"),
        {"passphrase": passphrase, "passphrase_again": again},
    )


@pytest.fixture
def officer():
    return OfficerFactory()


@pytest.fixture
def client(officer):
    return signed_in(officer.user)


def error_of(response):
    return re.findall(r"Error:</span>\s*(.*?)</p>", text(response), re.S)


def test_it_is_set_proven_and_shown_as_proven(client, officer):
    before = text(client.get(reverse(HOME)))
    made = set_page(client, GOOD)
    wrong = client.post(made.url, {"passphrase": "something else entirely"})
    right = client.post(made.url, {"passphrase": GOOD}, follow=True)

    assert "Not set" in before
    assert error_of(wrong) == ["This is not your opening passphrase. Try again"]
    assert "You have proven your opening passphrase" in text(right)
    assert OpenerProof.objects.filter(key__user=officer.user, competition=None).count() == 1


@pytest.mark.parametrize(
    ("passphrase", "again", "said"),
    [
        ("", "", "Enter a new opening passphrase"),
        ("fourteen chars", None, "between 15 and 200 characters"),
        ("x" * 201, None, "at most 200 characters"),
        ("passwordpassword", None, "harder to guess"),
        (GOOD, GOOD + "s", "not the same"),
    ],
)
def test_what_is_weak_or_mistyped_is_refused_at_its_field(client, passphrase, again, said):
    response = set_page(client, passphrase, again)

    assert response.status_code == 200
    assert any(said in error for error in error_of(response)), error_of(response)
    assert not OpenerKey.objects.exists()
    assert "<title>Error:" in text(response)


def test_the_sign_in_password_is_refused(officer):
    officer.user.set_password(PASSWORD)
    officer.user.save()

    response = set_page(signed_in(officer.user), PASSWORD)

    assert error_of(response) == ["Choose a passphrase that is not your sign-in password"]


def test_spaces_around_it_belong_to_it(client, officer):
    set_page(client, f" {GOOD} ")

    page = reverse("commissioner:opening_passphrase_prove")
    assert client.post(page, {"passphrase": GOOD}).status_code == 200
    assert client.post(page, {"passphrase": f" {GOOD} "}).status_code == 302


def test_the_suggestion_is_random_words_and_good_enough(client):
    words = {suggested() for _ in range(20)}

    assert len(words) == 20
    for phrase in words:
        assert len(phrase.split()) == SUGGESTED
        assert set_page(client, phrase).status_code == 302


def test_a_new_one_leaves_what_is_published_under_the_former(client, officer):
    draft = ready_draft(officer)
    publish(client, draft)
    page = text(client.get(reverse("commissioner:opening_passphrase_set")))
    set_page(client, GOOD)
    home = text(client.get(reverse(HOME)))
    rehearsal = of(draft, "rehearsal")

    assert "Keep your present passphrase too" in page
    assert "Wellbeing services" in page
    assert "Opens with the passphrase you had when it was published" in home
    assert "You changed your passphrase on" in text(client.get(rehearsal))
    assert error_of(client.post(rehearsal, {"passphrase": GOOD}))
    assert client.post(rehearsal, {"passphrase": OPENING_PASSPHRASE}).status_code == 302


def test_guessing_is_slowed_and_says_so(client):
    set_page(client, GOOD)
    page = reverse("commissioner:opening_passphrase_prove")

    for _ in range(10):
        client.post(page, {"passphrase": "not the passphrase"})
    response = client.post(page, {"passphrase": GOOD})

    assert "too many attempts" in text(response)
    assert not OpenerProof.objects.exists()


@pytest.mark.parametrize("name", ["", "_set", "_prove"])
def test_whose_pages_they_are(name):
    address = reverse(f"{HOME}{name}")

    assert Client().get(address).status_code == 302
    for user in (MembershipFactory().user, AssessorFactory().user):
        assert signed_in(user).get(address).status_code == 403


def test_a_sign_in_of_long_ago_is_asked_for_again_and_keeps_no_passphrase(client):
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()

    response = set_page(client, GOOD)

    assert "/account/reauthenticate/" in response.url or "/2fa/" in response.url
    assert not OpenerKey.objects.exists()
    assert all(GOOD not in str(row.__dict__) for row in Session.objects.all())
    for kept in StashedForm.objects.select_related("sealed"):
        assert GOOD not in str(read_stashed(stashed=kept))


def test_a_passphrase_leaves_no_trace_but_the_wrapped_key(client, officer, caplog):
    caplog.set_level("DEBUG")
    set_page(client, GOOD)
    client.post(reverse("commissioner:opening_passphrase_prove"), {"passphrase": GOOD + "?"})
    session = client.session

    assert GOOD not in caplog.text
    assert GOOD not in str(dict(session))
    assert all(GOOD not in str(event.__dict__) for event in AuditEvent.objects.all())
    assert not OpenerKey.objects.filter(wrapped_key__contains=GOOD.encode()).exists()


# --- Who opens -------------------------------------------------------------------------------


def test_openers_are_chosen_shown_and_asked_once_a_day(client, officer):
    draft = ready_draft(officer)
    newcomer = OfficerFactory(commissioner=officer.commissioner).user
    chosen = [opener.user for opener in draft.openers.all()][:2] + [newcomer]
    sent = {"edition": draft.edition, "openers": [str(user.reference) for user in chosen]}

    client.post(of(draft, "competition_openers"), sent)
    page = text(client.get(of(draft, "competition_openers")))
    for _ in range(2):
        client.post(of(draft, "openers_ask"))

    assert set(draft.openers.values_list("user", flat=True)) == {user.pk for user in chosen}
    assert page.count(">Proven<") == 2
    assert page.count(">Not set<") == 1
    mails = Message.objects.filter(kind="opener_asked")
    assert [mail.to for mail in mails] == [newcomer.email]
    assert mails.get().context == {"competition": str(draft.reference)}
    assert "must set an opening passphrase" in text(client.get(of(draft, "competition_publish")))


def test_two_openers_are_not_enough_and_the_check_page_says_so(client, officer):
    draft = ready_draft(officer)
    Opener.objects.filter(pk=draft.openers.last().pk).delete()

    page = text(client.get(of(draft, "competition_publish")))
    publish(client, draft)

    draft.refresh_from_db()
    assert "Choose at least three officers who will open the bids: 2 are chosen" in page
    assert draft.state == CompetitionState.DRAFT


def test_after_publication_they_stand_and_the_pages_say_so(client, officer):
    draft = ready_draft(officer)
    publish(client, draft)
    before = set(draft.openers.values_list("user", flat=True))

    sent = {"edition": draft.edition, "openers": []}
    client.post(of(draft, "competition_openers"), sent)

    assert set(draft.openers.values_list("user", flat=True)) == before
    assert client.get(of(draft, "competition_openers")).status_code == 302
    assert "fixed since" in text(client.get(of(draft, "competition_detail")))


# --- The recovery words ----------------------------------------------------------------------


def publish(client, draft, **more):
    draft.refresh_from_db()
    sent = {"edition": draft.edition, "is_sure": "on", **more}
    return client.post(of(draft, "competition_publish"), sent)


def words_on(page):
    return re.findall(r'<li><code class="portal-code">(\w+)</code></li>', page)


def test_the_recovery_words_are_on_one_answer_and_nowhere_else(client, officer):
    draft = ready_draft(officer)

    response = publish(client, draft, wants_recovery="on")
    again = publish(client, draft, wants_recovery="on")
    words = words_on(text(response))
    phrase = " ".join(words[:5])

    assert len(words) == 33
    assert response["Cache-Control"] == "no-store"
    assert "already published" in text(again)
    assert words_on(text(again)) == []
    assert words_on(text(client.get(of(draft, "competition_published")))) == []
    assert phrase not in str(dict(client.session))
    assert all(phrase not in str(event.__dict__) for event in AuditEvent.objects.all())


def test_without_asking_for_them_none_are_shown_and_the_trail_says_so(client, officer):
    draft = ready_draft(officer)

    response = publish(client, draft)

    assert response.url == of(draft, "competition_published")
    event = AuditEvent.objects.about(draft).filter(verb="competition.published").get()
    assert '"recovery_words": false' in event.detail_text or (
        '"recovery_words":false' in event.detail_text
    )


def test_an_opener_who_publishes_is_warned_of_holding_two_shares(client, officer):
    draft = ready_draft(officer)
    other = OfficerFactory(commissioner=officer.commissioner).user
    warning = "has two of the shares"

    assert warning in text(client.get(of(draft, "competition_publish")))
    assert warning not in text(signed_in(other).get(of(draft, "competition_publish")))


def test_the_pages_of_an_opener_cost_the_same_for_one_competition_or_three(client, officer):
    make_opener_key(by=officer.user, passphrase=GOOD, at=clock.now())
    ready_draft(officer)
    one = cost(client, reverse(HOME))
    for _ in range(2):
        publish(client, ready_draft(officer))

    assert cost(client, reverse(HOME)) == one
    assert Competition.objects.filter(closes_at__gt=clock.now() + timedelta(days=1)).count() == 3
