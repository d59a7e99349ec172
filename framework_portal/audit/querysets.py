"""Questions one asks of the evidence."""

from django.db import models


class AuditEventQuerySet(models.QuerySet):
    def about(self, subject):
        """What happened to `subject`, oldest first."""
        return self.filter(**identity(subject)).order_by("seq")

    def by(self, user):
        """What `user` did, oldest first."""
        return self.filter(actor=user).order_by("seq")


def identity(subject):
    """How the trail names a thing: its kind, and a reference that outlives its row."""
    reference = getattr(subject, "reference", None) or subject.pk
    return {"subject_type": subject._meta.label_lower, "subject_reference": str(reference)}
