"""Celery, and its timetable."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "framework_portal.settings")

app = Celery("framework_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
