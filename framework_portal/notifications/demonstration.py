"""The demonstration's post office: mails are not sent but can be read on a page."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.base import BaseEmailBackend

from framework_portal.notifications.models import DemonstrationMail


class DemonstrationBackend(BaseEmailBackend):
    """Keeps the mails that have no row in the outbox; those that have one are rendered again."""

    def send_messages(self, email_messages):
        if not settings.DEMONSTRATION:
            raise ImproperlyConfigured("Only the demonstration keeps mails where all can read them")
        DemonstrationMail.objects.bulk_create(
            DemonstrationMail(to=to[:254], subject=mail.subject[:998], body=mail.body)
            for mail in email_messages
            if "X-Portal-Message" not in mail.extra_headers
            for to in mail.recipients()
        )
        return len(email_messages)
