import copy

import pytest


@pytest.fixture
def letters(settings, tmp_path):
    """Two kinds of message for these tests alone."""
    emails = tmp_path / "emails"
    emails.mkdir()
    (emails / "welcome.txt").write_text(
        "Subject: It's {{ what }}\n\nSee {{ portal_address }}/x/{{ bid }}/ & more, O'Neill.\n"
    )
    (emails / "headless.txt").write_text("No subject here\n")
    changed = copy.deepcopy(settings.TEMPLATES)
    changed[0]["DIRS"] = [tmp_path, *changed[0]["DIRS"]]
    settings.TEMPLATES = changed
    settings.PORTAL_ADDRESS = "https://portal.example"
    return emails
