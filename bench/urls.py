"""The portal's addresses, and the bare ones it is measured against."""

from django.urls import include, path

from bench import bare

urlpatterns = [
    path("bare/list/", bare.rows),
    path("bare/fresh/", bare.fresh),
    path("bare/step/", bare.step),
    path("bare/durable/", bare.durable),
    path("", include("framework_portal.urls")),
]
