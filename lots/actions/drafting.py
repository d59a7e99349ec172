"""Writing a competition before it is published: what it is, for whom, and when."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from framework_portal.audit import trail
from framework_portal.documents.actions import discard_document, store_document
from framework_portal.documents.models import DocumentPurpose
from framework_portal.reference.models import Category, Framework
from framework_portal.refusals import Refused
from lots.actions.locking import locked, save
from lots.models import Competition
from lots.states import AgreementKind


@trail.keeps_refusals("competition.start_refused", of="commissioner")
@transaction.atomic
def start_draft(*, commissioner, title, by, at, kind=AgreementKind.CONTRACT, legal_power=""):
    """A new draft of `commissioner`, under the framework that the portal runs."""
    framework = Framework.objects.current()
    if framework is None:
        raise Refused("no_framework", _("There is no framework yet, so nothing can be bought"))
    competition = Competition.objects.create(
        framework=framework,
        commissioner=commissioner,
        title=title,
        kind=kind,
        legal_power=legal_power,
        contact_email=commissioner.contact_email,
        created_at=at,
        created_by=by,
    )
    trail.record("competition.started", competition, by=by)
    return competition


@transaction.atomic
def edit_basics(
    *,
    competition,
    title,
    summary,
    description,
    kind,
    legal_power,
    contact_email,
    by,
    edition=None,
):
    """What is bought, in words, and whether it ends in a contract or a grant."""
    competition = locked(competition, "edit", edition=edition)
    competition.title, competition.summary, competition.description = title, summary, description
    competition.kind, competition.contact_email = kind, contact_email
    competition.legal_power = legal_power if kind == AgreementKind.GRANT else ""
    save(competition, "title", "summary", "description", "kind", "legal_power", "contact_email")
    trail.record("competition.basics_edited", competition, by=by, edition=competition.edition)
    return competition


@trail.keeps_refusals("competition.edit_refused", of="competition")
@transaction.atomic
def edit_categories(*, competition, categories, by, edition=None):
    """The kinds of need the competition is about; its lots choose among these."""
    competition = locked(competition, "edit", edition=edition)
    chosen = {category.pk for category in categories}
    stray = Category.objects.filter(lots__competition=competition).exclude(pk__in=chosen).first()
    if stray is not None:
        raise Refused(
            "category_in_use",
            _("A lot is about %(category)s. Change or delete that lot first, or keep the category")
            % {"category": stray.name},
            field="categories",
        )
    competition.categories.set(chosen)
    save(competition)
    trail.record("competition.categories_edited", competition, by=by, categories=sorted(chosen))
    return competition


@transaction.atomic
def edit_timetable(
    *,
    competition,
    clarifications_close_at,
    closes_at,
    opening_due_at,
    award_due_on,
    service_starts_on,
    service_ends_on,
    by,
    extension_months=0,
    edition=None,
):
    """When questions end, bids close and are opened, the award is due and the service runs.

    A draft may hold less than is needed; `lots.checks.readiness` says what is missing.
    """
    competition = locked(competition, "edit", edition=edition)
    dates = {
        "clarifications_close_at": clarifications_close_at,
        "closes_at": closes_at,
        "opening_due_at": opening_due_at,
        "award_due_on": award_due_on,
        "service_starts_on": service_starts_on,
        "service_ends_on": service_ends_on,
        "extension_months": extension_months,
    }
    refuse_impossible_dates(dates)
    for name, value in dates.items():
        setattr(competition, name, value)
    save(competition, *dates)
    trail.record("competition.timetable_edited", competition, by=by, edition=competition.edition)
    return competition


def refuse_impossible_dates(dates):
    """What no competition can hold, draft or not: the database would refuse it too."""
    asked, closes = dates["clarifications_close_at"], dates["closes_at"]
    if asked and closes and asked > closes:
        raise Refused(
            "timetable",
            _("Clarifications must close before bids do"),
            field="clarifications_close_at",
        )
    starts, ends = dates["service_starts_on"], dates["service_ends_on"]
    if starts and ends and ends <= starts:
        raise Refused(
            "timetable",
            _("The service must end after it starts"),
            field="service_ends_on",
        )


@trail.keeps_refusals("competition.document_refused", of="competition")
@transaction.atomic
def add_document(*, competition, upload, title, by, at, edition=None):
    """Keep `upload`, for everybody to read once the competition is published."""
    document = stored(upload, by=by)
    competition = locked(competition, "edit", edition=edition)
    added = attach(competition, document, title, by=by, at=at)
    save(competition)
    trail.record("competition.document_added", competition, by=by, document=str(added.reference))
    return added


@transaction.atomic
def remove_document(*, document, by, edition=None):
    """Take a document of a draft away: nobody has read it."""
    competition = locked(document.competition, "edit", edition=edition)
    reference = str(document.reference)
    file = document.document
    competition.documents.filter(pk=document.pk).delete()
    discard_document(file)
    save(competition)
    trail.record("competition.document_removed", competition, by=by, document=reference)
    return competition


def stored(upload, *, by):
    """`upload`, checked and kept; what is wrong with it is said by its field."""
    try:
        return store_document(upload=upload, purpose=DocumentPurpose.COMPETITION, by=by)
    except Refused as refusal:
        refusal.field = "upload"
        raise


def attach(competition, document, title, *, by, at):
    """A row that makes `document` one of the competition's."""
    return competition.documents.create(document=document, title=title, added_at=at, added_by=by)
