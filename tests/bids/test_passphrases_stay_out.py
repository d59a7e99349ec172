"""What officers type to open bids is found nowhere afterwards, in no form."""

import pytest
from django.urls import reverse

from lots.models import Part
from tests.bids.evaluated import officers, submitted_bid
from tests.bids.test_secrecy import everything_stored, shapes
from tests.factories import (
    OPENING_PASSPHRASE,
    CompetitionFactory,
    OfficerFactory,
    publish,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
PASSPHRASE = "marker otter lantern gravel"
WRONG = "marker heron teapot window"


def assert_nowhere(*secrets):
    for place, stored in everything_stored():
        for secret in secrets:
            for shape in shapes(secret):
                assert shape not in stored, f"{secret} lies in {place}"


def test_a_passphrase_is_kept_neither_when_it_is_set_nor_when_the_session_had_ended(client, caplog):
    user = OfficerFactory().user
    sign_in(client, user)
    sets = reverse("commissioner:opening_passphrase_set")
    proves = reverse("commissioner:opening_passphrase_prove")
    typed = {"passphrase": PASSPHRASE, "passphrase_again": PASSPHRASE}

    pages = [
        client.post(sets, typed),
        client.post(sets, {"passphrase": WRONG, "passphrase_again": "something else"}),
        client.post(proves, {"passphrase": WRONG}),
        client.post(proves, {"passphrase": PASSPHRASE}),
    ]
    client.logout()
    pages += [client.post(proves, {"passphrase": WRONG}), client.post(sets, typed)]

    assert user.opener_keys.get().proofs.count() == 1
    assert not any(
        words.encode() in page.content for page in pages for words in (PASSPHRASE, WRONG)
    )
    assert_nowhere(PASSPHRASE, WRONG)
    assert "marker" not in caplog.text


def test_the_words_and_passphrases_of_an_opening_leave_nothing_behind(client, caplog):
    competition = CompetitionFactory()
    words = publish(competition).recovery[Part.WHOLE]
    submitted_bid(competition.lots.get())
    first, _second = officers(competition)
    sign_in(client, first)
    opening = reverse("commissioner:opening", kwargs={"reference": competition.reference})
    # Early and late: refused, and not kept either.
    sent = {"act": "approve", "recovery_words": words}

    client.post(opening, sent)
    client.logout()
    client.post(opening, sent | {"passphrase": WRONG})

    assert_nowhere(words, " ".join(words.split()[:4]), WRONG, OPENING_PASSPHRASE)
    assert words not in caplog.text
