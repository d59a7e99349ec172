import re

import pytest
from django.core.management import CommandError, call_command

from framework_portal.audit import trail
from framework_portal.audit.tasks import send_head
from framework_portal.notifications.models import Message
from framework_portal.notifications.tasks import sweep
from tests.ground.people import person

pytestmark = pytest.mark.django_db


def test_the_head_is_mailed_once_a_day_and_can_be_checked_later(settings, mailoutbox, capsys):
    settings.AUDIT_HEAD_ADDRESS = "keeper@elsewhere.example"
    trail.record("a", person())

    send_head()
    trail.record("b", person())
    send_head()
    sweep()

    (mail,) = mailoutbox
    head = re.search(r"^1:[0-9a-f]{64}$", mail.body, re.MULTILINE).group()
    call_command("verify_audit", f"--known={head}")
    with pytest.raises(CommandError):
        call_command("verify_audit", f"--known={head[:-1]}x")


def test_without_an_address_or_an_event_nothing_is_mailed(settings):
    trail.record("a", person())
    send_head()
    settings.AUDIT_HEAD_ADDRESS = "keeper@elsewhere.example"

    assert not Message.objects.exists()
