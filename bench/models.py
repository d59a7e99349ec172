"""The one row that a bare durable step writes."""

from django.db import models


class Mark(models.Model):
    """Something that must not be lost."""

    text = models.TextField()

    class Meta:
        app_label = "bench"

    def __str__(self):
        return self.text[:20]
