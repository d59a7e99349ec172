"""Pages that only the demonstration has."""

from django.urls import path

from framework_portal.pages import demonstration

urlpatterns = [path("components/", demonstration.components, name="components")]
