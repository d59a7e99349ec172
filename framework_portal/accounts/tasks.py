"""What is tidied up, again and again."""

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.contrib.sessions.models import Session

from framework_portal import clock
from framework_portal.accounts.actions.guessing import forget_old
from framework_portal.accounts.actions.stash import drop_expired


@shared_task
def tidy_sign_ins():
    """Every hour. Drops what has run out; run twice, it finds nothing the second time."""
    at = clock.now()
    drop_expired(at=at)
    forget_old(at=at)
    Session.objects.filter(expire_date__lt=at).delete()
    kept = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=kept).delete()
