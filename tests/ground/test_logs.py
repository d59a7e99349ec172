"""Logs tell what was asked for, and nothing that lets their reader in."""

import logging

import pytest

from framework_portal.logs import WithoutKeys, without_keys

UUID = "0c6f1f0e-8a4e-4e0b-9a57-2f7d1f0f3a11"
RESET = "/account/password/reset/key/1-cx4k2p-9b1de0c4f2a76c2f/"


@pytest.mark.parametrize(
    ("asked", "logged"),
    [
        (RESET, "/account/password/reset/key/…/"),
        ("/account/confirm-email/MQ:1tHcQe:Xb3l_5dYv0u-8zP/", "/account/confirm-email/…/"),
        (f"/supplier/invited/{'4f' * 16}/organisation/", "/supplier/invited/…/organisation/"),
        (f"/supplier/bids/{UUID}/submit/", f"/supplier/bids/{UUID}/submit/"),
        ("/opportunities/", "/opportunities/"),
        ("/competitions/clarifications-and-answers/", "/competitions/clarifications-and-answers/"),
    ],
)
def test_keys_in_a_path_are_left_out(asked, logged):
    assert without_keys(asked) == logged


def test_a_line_about_a_path_is_kept_without_its_key():
    record = logging.LogRecord("django", 30, "", 1, "%s: %s", ("Not Found", RESET), None)

    assert WithoutKeys().filter(record)
    assert record.getMessage() == "Not Found: /account/password/reset/key/…/"
