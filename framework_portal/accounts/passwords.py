"""How passwords are kept, and which are too easy to guess.

Length and novelty count; kinds of characters do not.
"""

import gzip
import re
from functools import cache
from pathlib import Path

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

OURS = Path(__file__).parent / "common_passwords.txt"
# How people dress a common word up.
UNDRESSED = str.maketrans("@430!1$5+7", "aaeoiisstt")
ROWS = ["qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "0123456789"]
FEWEST_DIFFERENT = 5
RUNS = ROWS + [row[::-1] for row in ROWS] + ["1qaz2wsx3edc4rfv5tgb6yhn7ujm", "qazwsxedcrfvtgbyhn"]


class Argon2id(Argon2PasswordHasher):
    """As OWASP advises where many sign in at once: Django's own takes 100 MB for each of them."""

    time_cost, memory_cost, parallelism = 2, 19 * 1024, 1


class LongEnoughValidator(MinimumLengthValidator):
    """Length is what makes a password hard to guess; the words are ours."""

    def get_error_message(self):
        return _("Password must be %d characters or more") % self.min_length


class TooCommonValidator:
    """Refuses passwords from lists of common and breached ones, dressed up or repeated."""

    def validate(self, password, user=None):
        if is_common(password):
            raise ValidationError(
                _("Choose a password that is harder to guess, such as three random words"),
                code="password_too_common",
            )

    def get_help_text(self):
        return _("Three random words make a good password.")


@cache
def common():
    """The lists that come with the application: Django's 20,000, and ours of longer ones."""
    with gzip.open(
        CommonPasswordValidator().DEFAULT_PASSWORD_LIST_PATH, "rt", encoding="utf-8"
    ) as f:
        words = {line.strip() for line in f}
    ours = OURS.read_text(encoding="utf-8").splitlines()
    return frozenset(words | {line.strip() for line in ours if line and not line.startswith("#")})


def is_common(password):
    """Whether `password` is a common one, or one of them with the usual additions."""
    text = password.strip().lower()
    return len(set(text)) < FEWEST_DIFFERENT or any(
        _is_listed(form) for form in {text, text.translate(UNDRESSED)}
    )


def _is_listed(text):
    # What is left without the digits and signs that are put before and behind.
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
    forms = {text, core, re.sub(r"[\W_]+", "", text), re.sub(r"[\W\d_]+", "", text)}
    forms |= {_once(form) for form in forms}
    return any(form in common() or _is_run(form) for form in forms if form) or not (
        core or _is_long_number(text)
    )


def _is_long_number(text):
    """A number of twelve digits is as good as it is random: runs and repeats are found above."""
    return not re.fullmatch(r"(19|20)\d\d.*(19|20)\d\d", text)


def _once(text):
    """`abcabcabc` said once."""
    repeated = re.fullmatch(r"(.+?)\1+", text)
    return repeated.group(1) if repeated else text


def _is_run(text):
    """Keys that lie side by side, or one and the same."""
    return len(text) >= 3 and (len(set(text)) == 1 or any(text in run * 2 for run in RUNS))
