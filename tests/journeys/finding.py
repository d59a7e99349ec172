"""Who is who in the demonstration, and how to find the thing that a page can show."""

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.utils.text import slugify

from bids.demonstration import competitions as plans
from bids.models import Award, Bid, ConsentRequest, Submission
from bids.selectors.bidding import offer_of
from bids.selectors.leads import lead_slug
from contracts.models import ChangeCase, Contract, KeySubcontractor
from framework_portal.accounts.models import User
from lots.models import Competition
from suppliers.links import token_of
from suppliers.models import (
    Application,
    JoiningQuestion,
    OrganisationInvitation,
    Supplier,
)
from suppliers.questionnaire import steps

MAYA = "lantern@lantern.example"
TOMOS = "secondbridge@secondbridge.example"
INES = "harboursteps@harboursteps.example"
JO = "starling@starling.example"
AMARA = "mosaic@mosaic.example"
WREN = "freshpage@freshpage.example"
IVY = "newleaf@newleaf.example"
FREYA = "meadowgate@meadowgate.example"
HUGO = "westgate@westgate.example"
CALLUM = "northernfooting@northernfooting.example"
ROSA = "quietriver@quietriver.example"
IMOGEN = "imogen@exampleshire.example"
OLIVIA = "olivia@exampleshire.example"
SAMIR = "samir@exampleshire.example"
ASHA = "asha@exampleshire.example"
ADMIN = "admin@portal.example"
STRANGER = "stranger@nowhere.example"
NOBODY = ""


def competition(plan):
    """How to find the competition of `plan`."""
    return lambda: {"reference": Competition.objects.get(title=plan.title).reference}


def public_contract():
    """A contract of the register that names somebody."""
    named = Contract.objects.public().filter(subcontractors__isnull=False)
    return {"reference": named.order_by("pk").first().reference}


def lot_under_contract():
    """The lot of that contract."""
    return {"reference": Contract.objects.get(**public_contract()).lot.reference}


def refused_lot():
    """The lot whose contract the commissioner refused."""
    return {"reference": Award.objects.refused().get().lot.reference}


def refused_bid():
    """The bid that had won it."""
    return {"reference": Award.objects.refused().get().bid.reference}


def part_of(plan, relation, kwarg):
    """How to find the first thing of a competition, beside the competition."""

    def find():
        found = Competition.objects.get(title=plan.title)
        thing = getattr(found, relation).order_by("pk").last()
        return {"reference": found.reference, kwarg: thing.reference}

    return find


def lot(plan, place=0):
    """How to find a lot of the competition of `plan`."""
    return lambda: {
        "reference": Competition.objects.get(title=plan.title)
        .lots.order_by("position")[place]
        .reference
    }


def first(queryset, **kwargs):
    """How to find the first of a queryset, and the same things of it under other names."""
    return lambda: {"reference": queryset.all()[0].reference, **kwargs}


def invited():
    """The link to an organisation that was asked in and has not answered."""
    waiting = OrganisationInvitation.objects.filter(accepted_at=None).order_by("pk")
    return {"token": token_of(waiting.first())}


def led(box, place=0, **more):
    """How to find a contract that somebody's organisation leads."""
    return lambda: {
        "reference": Contract.objects.filter(supplier__memberships__user__email=box)
        .order_by("pk")[place]
        .reference,
        **more,
    }


def a_line(box):
    """How to find the first line of the same contract, beside it."""

    def find():
        reference = led(box)()["reference"]
        line = KeySubcontractor.objects.filter(contract__reference=reference).first()
        return {"reference": reference, "subcontractor": line.reference}

    return find


def asked_for(**what):
    """How to find a requested change."""
    return lambda: {"reference": ChangeCase.objects.filter(**what).order_by("pk")[0].reference}


def promised(box):
    """How to find a line of a ledger in which somebody's organisation is named."""
    return lambda: {
        "reference": KeySubcontractor.objects.filter(supplier__memberships__user__email=box)
        .order_by("pk")[0]
        .reference
    }


def asked(email, answer=""):
    """How to find what was asked of an organisation for an open lot, and answered so."""

    def find():
        found = ConsentRequest.objects.standing().filter(
            supplier__memberships__user__email=email,
            answer=answer,
            bid__lot__competition__title=plans.OPEN.title,
        )
        return {"reference": found.get().reference}

    return find


def question(plan):
    def find():
        found = Competition.objects.get(title=plan.title)
        asked = found.criteria.filter(kind="quality").first().questions.first()
        return {"reference": found.reference, "question": asked.reference}

    return find


def bid(plan, box, place=0, **more):
    """How to find the bid of an organisation for a lot of `plan`."""

    def find():
        found = Bid.objects.get(
            lot__competition__title=plan.title,
            lot__position=place + 1,
            supplier__memberships__user__email=box,
        )
        return {"reference": found.reference} | {k: f(found) for k, f in more.items()}

    return find


def own(box, **more):
    """How to find somebody's organisation."""

    def find():
        supplier = Supplier.objects.get(memberships__user__email=box)
        return {"reference": supplier.reference} | {k: f(supplier) for k, f in more.items()}

    return find


def in_competition(plan, box):
    """How to find somebody's organisation beside the competition of `plan`."""
    return lambda: competition(plan)() | {"supplier": own(box)()["reference"]}


def application(box, **more):
    found = Application.objects.filter(supplier__memberships__user__email=box)
    return first(found, **more)


def asked_by(bid):
    return bid.lot.competition.criteria.filter(kind="quality").first().questions.first().reference


def receipt(bid):
    return Submission.objects.filter(bid=bid).latest("pk").reference


def subcontractor(bid):
    return offer_of(bid)["subcontractors"][0]["reference"]


def version(bid):
    return bid.versions.exclude(question=None).first().reference


def attached(bid):
    return bid.documents.first().reference


def colleague(supplier):
    return supplier.memberships.exclude(role="owner").first().reference


def kept_answer(supplier):
    return supplier.library.first().reference


def answers_page(*, per_category):
    found = Application.objects.get(supplier__memberships__user__email=JO)
    step = next(step for step in steps(found) if bool(step.category) == per_category)
    kwargs = {"reference": found.reference, "section": slugify(step.question.section)}
    return kwargs | ({"category": step.category.slug} if per_category else {})


def reset_key():
    user = User.objects.get(email=JO)
    key = default_token_generator.make_token(user)
    return {"uidb36": user_pk_to_url_str(user), "key": key}


def confirmation_key():
    waiting = EmailAddress.objects.get(email=STRANGER)
    return {"key": EmailConfirmationHMAC(waiting).key}


def evidence_code():
    return JoiningQuestion.objects.filter(kind="evidence").first().code


def a_lead():
    found = Award.objects.public().filter(bid__isnull=False).first()
    return {"slug": lead_slug(found.bid.supplier.name)}


def withdrawn():
    """A bid that was submitted and taken back, with its receipt."""
    return {"reference": Bid.objects.get(receipts__kind="withdrawal").reference}
