"""Whether the portal is up, for everybody; and the address that watchers ask."""

from django.urls import path

from framework_portal.watch.views import looks

urlpatterns = [
    path("watch/look/", looks.look_now, name="watch_look"),
]
