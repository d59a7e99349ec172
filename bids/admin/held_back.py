"""Rows of other apps, without those that tell of bids that were not opened."""

from django.contrib import admin

from bids.selectors import secrecy
from framework_portal.accounts.admin import StashedFormAdmin
from framework_portal.accounts.models import StashedForm
from framework_portal.audit.admin import AuditEventAdmin
from framework_portal.audit.models import AuditEvent
from framework_portal.documents.admin import DocumentAdmin
from framework_portal.documents.models import Document
from framework_portal.notifications.admin import MessageAdmin
from framework_portal.notifications.models import Message
from framework_portal.sealing.admin import SealedOfferAdmin
from framework_portal.sealing.models import SealedOffer


def hold_back(model, window, shown):
    """Show another app's rows without those that tell of bids that were not opened."""

    class HeldBack(window):
        def get_queryset(self, request):
            return shown(super().get_queryset(request))

    HeldBack.__doc__ = window.__doc__
    admin.site.unregister(model)
    admin.site.register(model, HeldBack)


hold_back(AuditEvent, AuditEventAdmin, secrecy.events)
hold_back(Message, MessageAdmin, secrecy.messages)
hold_back(SealedOffer, SealedOfferAdmin, secrecy.sealed_offers)
hold_back(Document, DocumentAdmin, secrecy.documents)
hold_back(StashedForm, StashedFormAdmin, secrecy.stashed_forms)
