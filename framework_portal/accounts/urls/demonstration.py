"""Sign-ins of the demonstration, under /demonstration/."""

from django.urls import path

from framework_portal.accounts.views import demonstration

urlpatterns = [
    path("sign-ins/", demonstration.sign_in_list, name="sign_in_list"),
    path("sign-ins/change/", demonstration.sign_in_as, name="sign_in_as"),
]
