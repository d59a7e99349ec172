"""What nobody may see before opening, administrators included: that a bid is there, and whose.

The buying side's pages never ask for it. These are for the admin, which looks at every table.
"""

from django.db.models import CharField, F, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from bids.models import Bid, BidDocument, ConsentRequest, ExclusivityAnswer
from framework_portal.documents.models import DocumentPurpose
from framework_portal.sealing.models import Purpose
from lots.models import Competition

# Mails that only people who have begun a bid get, by what their context names.
MAILS_OF_A_BID = [
    *("bid_received", "bid_withdrawn", "bid_deadline", "bid_file_infected", "submission_asked"),
    *("consent_answered", "consent_withdrawn"),
]
MAILS_OF_SUBCONTRACTORS = ["consent_asked", "consent_reminder"]
# That a supplier asks an organisation in tells that it bids: nobody's to look at either.
MAILS_OF_THE_INVITED = ["organisation_invited"]
MAILS_OF_BIDDERS = ["questions_close", "competition_changed", "deadline_moved"]
# To whoever follows a competition, for having asked in it too: these are nobody's to look at.
MAILS_OF_FOLLOWERS = ["competition_news"]


def unopened_bids():
    """Bids of competitions that were not opened: written, submitted or withdrawn."""
    return Bid.objects.filter(lot__competition__opening__isnull=True)


def unopened_consents():
    """What key subcontractors were asked for such bids."""
    return ConsentRequest.objects.filter(bid__in=unopened_bids())


def may_be_shown(bids):
    """Of `bids`, or of what `bids` refers to, what belongs to an opened competition."""
    return bids.filter(bid__lot__competition__opening__isnull=False)


def events(trail):
    """The audit trail without what tells of bids that were not opened."""
    documents = BidDocument.objects.filter(bid__in=unopened_bids())
    return trail.exclude(
        Q(subject_type="bids.bid", subject_reference__in=_texts(unopened_bids()))
        | Q(
            subject_type="bids.consentrequest",
            subject_reference__in=_texts(unopened_consents()),
        )
        | Q(subject_type="suppliers.organisationinvitation")
        | Q(subject_type="accounts.user", verb__startswith="bid.")
        | Q(
            subject_type="documents.document",
            subject_reference__in=_texts(documents, "document__reference"),
        )
    )


def messages(outbox):
    """The outbox without the mails that only those get who have begun a bid."""
    unopened = Competition.objects.filter(opening__isnull=True)
    named = outbox.annotate(
        _bid=KeyTextTransform("bid", "context"),
        _competition=KeyTextTransform("competition", "context"),
        _consent=KeyTextTransform("consent", "context"),
    )
    return named.exclude(
        Q(kind__in=MAILS_OF_A_BID, _bid__in=_texts(unopened_bids()))
        | Q(kind__in=MAILS_OF_SUBCONTRACTORS, _consent__in=_texts(unopened_consents()))
        | Q(kind__in=MAILS_OF_BIDDERS, _competition__in=_texts(unopened))
        | Q(kind__in=[*MAILS_OF_FOLLOWERS, *MAILS_OF_THE_INVITED])
    )


def sealed_offers(rows):
    """Sealed rows that were opened, or whose competition was: their number tells of bids too.

    What subcontractors say of exclusivity has the same purpose, and is for nobody to count.
    """
    opened = Bid.objects.filter(lot__competition__opening__isnull=False)
    return rows.filter(
        Q(purpose=Purpose.OPENED) & ~Q(pk__in=ExclusivityAnswer.objects.values("words"))
        | Q(pk__in=opened.values("offer"))
        | Q(pk__in=opened.values("submissions__offer"))
    )


def stashed_forms(rows):
    """Kept forms without those of suppliers' pages: their addresses name bids."""
    return rows.exclude(path__contains="/supplier/")


def documents(rows):
    """Documents without the files of bids that were not opened."""
    opened = BidDocument.objects.filter(bid__lot__competition__opening__isnull=False)
    return rows.filter(~Q(purpose=DocumentPurpose.BID) | Q(pk__in=opened.values("document")))


def _texts(rows, field="reference"):
    return rows.annotate(_text=Cast(F(field), CharField())).values("_text")
