"""The mailbox of the demonstration, under /demonstration/."""

from django.urls import path

from framework_portal.notifications.views import demonstration

urlpatterns = [path("mail/", demonstration.mail_list, name="mail_list")]
