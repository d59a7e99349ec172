"""Which passwords are taken."""

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from framework_portal.accounts.models import User


@pytest.mark.parametrize(
    "password",
    [
        "marmot lantern gravel",
        "jcd vbsk qwpo",
        "alllowercaseisfinehere",
        "Zkq8-vTr2-Lmw5",
        "ŵyneb y mynydd mawr",
        "🦊🦔🐿️ forest animals",
        "x9Kf" * 3 + " then some more words" + "y" * 90,
        "827461930582",
    ],
)
def test_long_and_uncommon_is_all_that_is_asked(password):
    validate_password(password, User(email="ada@x.example", name="Ada Wren"))


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "password1234",
        "Password123!",
        "P@ssw0rd1234",
        "passwordpassword",
        "123456789012",
        "111111111111",
        "qwertyuiop12",
        "1qaz2wsx3edc4rfv",
        "abcabcabcabc",
        "letmein!!!!!",
        "!!!!!!monkey!!!!!!",
        "iloveyou123456",
        "correct horse battery staple",
        "Probation2026!",
        "ada@x.example",
    ],
)
def test_short_common_or_ones_own_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(email="ada@x.example", name="Ada Wren"))


def test_passwords_are_hashed_with_argon2id():
    user = User()
    user.set_password("marmot lantern gravel")

    assert user.password.startswith("argon2$argon2id$")
    assert identify_hasher(user.password).algorithm == "argon2"
