"""Ending sessions: after a removal, a deactivation, a change of role."""

import uuid

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from framework_portal.accounts.models import User
from framework_portal.audit import trail


@transaction.atomic
def end_sessions(user, *, by=None):
    """Sign `user` out everywhere, at once, whatever the sessions were made by."""
    user.sessions_key = uuid.uuid4()
    User.objects.filter(pk=user.pk).update(sessions_key=user.sessions_key)
    known = UserSession.objects.filter(user=user)
    ended = list(known.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=ended).delete()
    known.delete()
    trail.record("person.sessions_ended", user, by=by, sessions=len(ended))


@transaction.atomic
def change_of_role(*, user, by, **facts):
    """Somebody may do more now, or less: what they were signed in as no longer counts."""
    end_sessions(user, by=by)
    trail.record("person.role_changed", user, by=by, **facts)


@transaction.atomic
def end_session(*, session, by):
    """Sign `by` out of one of the own sessions."""
    Session.objects.filter(session_key=session.session_key).delete()
    session.delete()
    trail.record("person.session_ended", by, by=by)
