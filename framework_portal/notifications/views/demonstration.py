"""The demonstration's mailbox: everybody's mail, for whoever visits. Nowhere else is there one."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from framework_portal.access import public
from framework_portal.notifications.forms import MailFilter
from framework_portal.notifications.selectors import letters, mailbox


@public
@never_cache
@require_GET
def mail_list(request):
    """What was sent and what is about to be, latest first, with its text."""
    if not settings.DEMONSTRATION:
        raise Http404
    form = MailFilter(request.GET or None)
    found = mailbox(to=form.chosen().get("to"))
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "letters": letters(page)}
    return render(request, "notifications/demonstration/mail_list.html", context)
