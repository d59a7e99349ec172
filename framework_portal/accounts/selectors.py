"""What is read about people's accounts."""

from django.utils.crypto import salted_hmac

from framework_portal.audit.models import AuditEvent


def activity_of(user):
    """What `user` did and what was done to their account, latest first."""
    return (AuditEvent.objects.by(user) | AuditEvent.objects.about(user)).order_by("-seq")


def session_tag(session):
    """A name for a session that does not give its key away."""
    return salted_hmac("framework_portal.accounts.session_tag", session.session_key).hexdigest()[
        :32
    ]
