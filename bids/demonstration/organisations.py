"""The organisations of the demonstration: one in every state of joining the framework."""

import io
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from framework_portal.accounts.actions.personal_keys import unlock
from framework_portal.accounts.demonstration import PASSWORD
from framework_portal.reference.models import Area, Category
from suppliers.actions.assessing import Need, Verdict, ask_for_more, decide_application
from suppliers.actions.joining import (
    add_evidence,
    choose_areas,
    choose_categories,
    save_answer,
    start_application,
    submit_application,
)
from suppliers.actions.registration import add_identifier, register_organisation
from suppliers.actions.standing import (
    give_removal_notice,
    remove_qualification,
    suspend_qualification,
)
from suppliers.actions.team import accept_invitation, invite_colleague
from suppliers.actions.vaults import let_newcomers_in
from suppliers.models import JoiningQuestion
from suppliers.questionnaire import steps
from suppliers.states import AnswerKind, IdentifierScheme, LegalForm, MemberRole, Size
from suppliers.vault.opening import Vaults


@dataclass(frozen=True)
class Plan:
    """What is invented of one organisation, and how far it goes."""

    box: str
    name: str
    person: str
    legal_form: str
    size: str
    categories: str = ""
    regions: str = "all"
    stage: str = "granted"
    is_voluntary: bool = True
    part: str = ""
    number: str = ""


PLANS = [
    Plan(
        "lantern",
        "Lantern House Women’s Centre (invented)",
        "Maya Lanternby",
        LegalForm.CIO,
        Size.MICRO,
        "women emotional-wellbeing family-and-significant-others social-inclusion"
        " finance-benefits-and-debt",
        part="Supplier, owner: a four-person women’s centre",
        number="1990001",
    ),
    Plan(
        "secondbridge",
        "Second Bridge Trust (invented)",
        "Tomos Bridgewell",
        LegalForm.CHARITY,
        Size.MEDIUM,
        "accommodation education-training-and-employment finance-benefits-and-debt"
        " emotional-wellbeing dependency-and-recovery",
        part="Supplier, owner: a larger charity",
        number="1990002",
    ),
    Plan(
        "harboursteps",
        "Harbour Steps CIC (invented)",
        "Ines Harbourne",
        LegalForm.CIC,
        Size.SMALL,
        "education-training-and-employment finance-benefits-and-debt accommodation women",
        number="99900003",
    ),
    Plan(
        "northernfooting",
        "Northern Footing (invented)",
        "Callum Northgate",
        LegalForm.CHARITY,
        Size.SMALL,
        "accommodation dependency-and-recovery emotional-wellbeing women",
        "north-east north-west yorkshire-and-the-humber",
        number="1990004",
    ),
    Plan(
        "quietriver",
        "Quiet River Counselling (invented)",
        "Rosa Quietly",
        LegalForm.CHARITABLE_COMPANY,
        Size.SMALL,
        "emotional-wellbeing family-and-significant-others social-inclusion"
        " lifestyle-and-associates women",
        part="Supplier, owner: named as a key subcontractor",
        number="1990005",
    ),
    Plan(
        "bigexample",
        "Big Example Services Ltd (invented)",
        "Victor Biggs",
        LegalForm.COMPANY,
        Size.LARGE,
        "accommodation education-training-and-employment dependency-and-recovery"
        " finance-benefits-and-debt",
        is_voluntary=False,
        number="99900006",
    ),
    Plan(
        "starling",
        "Starling Mentors (invented)",
        "Jo Starlingham",
        LegalForm.CIC,
        Size.MICRO,
        "young-adults social-inclusion",
        "wales",
        stage="draft",
        part="Supplier, still filling in the application",
        number="99900007",
    ),
    Plan(
        "freshpage",
        "Fresh Page Writers (invented)",
        "Wren Pageant",
        LegalForm.CIO,
        Size.MICRO,
        "service-user-involvement young-adults",
        "london south-central",
        stage="submitted",
        number="1990008",
    ),
    Plan(
        "mosaic",
        "Mosaic Voices (invented)",
        "Amara Mosaiq",
        LegalForm.CHARITY,
        Size.MICRO,
        "ethnic-minority-people social-inclusion",
        "west-midlands east-midlands",
        stage="returned",
        part="Supplier, asked for more information",
        number="1990009",
    ),
    Plan(
        "oldmill",
        "Old Mill Housing (invented)",
        "Percy Millward",
        LegalForm.SOCIETY,
        Size.SMALL,
        "accommodation",
        "south-west",
        stage="refused",
        number="IP990010",
    ),
    Plan(
        "saltmarsh",
        "Saltmarsh Support (invented)",
        "Delia Marsh",
        LegalForm.COMPANY,
        Size.SMALL,
        "accommodation emotional-wellbeing",
        "east-of-england kent-surrey-and-sussex",
        stage="suspended",
        is_voluntary=False,
        number="99900011",
    ),
    Plan(
        "westgate",
        "Westgate Works (invented)",
        "Hugo Westgate",
        LegalForm.GUARANTEE,
        Size.SMALL,
        "education-training-and-employment",
        "wales south-west",
        stage="noticed",
        number="99900012",
    ),
    Plan(
        "newleaf",
        "New Leaf Allotments (invented)",
        "Ivy Newleaf",
        LegalForm.CONSORTIUM,
        Size.MICRO,
        stage="registered",
        part="Small organisation, asked to agree to be named in a bid",
    ),
    Plan(
        "yarrowlane",
        "Yarrow Lane Projects (invented)",
        "Uma Yarrow",
        LegalForm.COMPANY,
        Size.SMALL,
        "lifestyle-and-associates",
        "wales",
        stage="removed",
        is_voluntary=False,
        number="99900014",
    ),
]

WORDS = {
    "service-description": "We meet people at the gate, agree one plan with them, and stay beside"
    " them until it holds. Each person has one named worker and a peer mentor.",
    "service-example": "Last year we worked with 48 people over nine months; 37 kept to the plan"
    " they had made.",
    "gender-responsive": "Women only space, childcare on site, and workers trained in trauma.",
    "standing": "Independent examination of our accounts each year, reserves of four months.",
}


class Organisations:
    """Made one by one, through the actions, each at its own instant in the past."""

    def __init__(self, cast, timeline):
        self.cast, self.timeline = cast, timeline
        self.suppliers, self.people = {}, {}

    def make_all(self):
        """Every organisation of PLANS."""
        for number, plan in enumerate(PLANS):
            self.make(plan, started=self.timeline.at(-90 + number, 10))

    def make(self, plan, *, started):
        """One organisation, as far as its plan goes."""
        person = self.cast.person(plan.person, f"{plan.box}@{plan.box}.example", plan.part)
        with self.timeline.then(started) as at:
            supplier = register_organisation(
                by=person,
                at=at,
                name=plan.name,
                legal_form=plan.legal_form,
                size=plan.size,
                is_voluntary=plan.is_voluntary,
                description="An invented organisation, for the demonstration.",
                address="1 Example Street\nExampletown\nEX1 1MP",
                contact_phone="0151 496 0001",
            )
            if plan.number:
                scheme = _scheme(plan.number)
                add_identifier(
                    supplier=supplier, scheme=scheme, value=plan.number, by=person, at=at
                )
        self.suppliers[plan.box], self.people[plan.box] = supplier, person
        if plan.stage != "registered":
            self._apply(plan, supplier, person, started + timedelta(days=1))

    def named(self, name):
        """The organisation of this name, or None where it is not on the register."""
        return next((each for each in self.suppliers.values() if each.name == name), None)

    def team(self, box):
        """An editor and a reader for the organisation of `box`."""
        supplier, owner = self.suppliers[box], self.people[box]
        for name, role, part in (
            ("Edie Writewell", MemberRole.EDITOR, "Supplier, editor at the women’s centre"),
            ("Reza Lookin", MemberRole.READER, "Supplier, reader at the women’s centre"),
        ):
            email = f"{name.split()[0].lower()}@{box}.example"
            colleague = self.cast.person(name, email, part)
            with self.timeline.then(self.timeline.at(-60, 11)) as at:
                invitation = invite_colleague(
                    supplier=supplier, email=email, role=role, by=owner, at=at
                )
                accept_invitation(invitation=invitation, by=colleague, at=at)
        # As the owner's next sign-in does it.
        vaults = Vaults(owner, unlock(user=owner, password=PASSWORD))
        let_newcomers_in(vault=vaults.of(supplier), by=owner)

    def _apply(self, plan, supplier, person, started):
        with self.timeline.then(started) as at:
            application = start_application(supplier=supplier, by=person, at=at)
            categories = Category.objects.filter(slug__in=plan.categories.split())
            choose_categories(application=application, categories=categories, by=person, at=at)
            choose_areas(application=application, areas=self._areas(plan.regions), by=person, at=at)
            self._answer(application, person, at, all_of_it=plan.stage != "draft")
        if plan.stage == "draft":
            return
        with self.timeline.then(started + timedelta(days=2)) as at:
            self._show_insurance(plan, supplier, person, at)
            declared = JoiningQuestion.objects.filter(kind=AnswerKind.DECLARATION)
            submit_application(
                application=application,
                declared=list(declared.values_list("code", flat=True)),
                by=person,
                at=at,
            )
        if plan.stage != "submitted":
            self._judge(plan, supplier, application, started + timedelta(days=9))

    def _areas(self, regions):
        areas = Area.objects.at("region")
        return areas if regions == "all" else areas.filter(slug__in=regions.split())

    def _answer(self, application, person, at, *, all_of_it):
        asked = steps(application)
        for step in asked if all_of_it else asked[: len(asked) // 2]:
            question = step.question
            if question.kind == AnswerKind.EVIDENCE:
                text = "We have none of our own yet and follow a partner’s." if step.gap else ""
                if not text:
                    continue
                answer = {"text": text}
            elif question.kind == AnswerKind.YES_NO:
                wanted = question.explain_when != "yes"
                answer = {"is_yes": wanted, "text": ""}
            else:
                answer = {"text": WORDS.get(question.code, "As we said in the description.")}
            save_answer(
                application=application,
                question=question,
                category=step.category,
                by=person,
                at=at,
                **answer,
            )

    def _show_insurance(self, plan, supplier, person, at):
        question = JoiningQuestion.objects.filter(needs_expiry=True).first()
        if question is None:
            return
        # The larger charity's certificate runs out soon: reminders and findings have something.
        days = 20 if plan.box == "secondbridge" else 300
        add_evidence(
            supplier=supplier,
            question=question,
            upload=SimpleUploadedFile(
                "certificate.pdf", one_page_pdf(plan.name), content_type="application/pdf"
            ),
            by=person,
            at=at,
            expires_on=self.timeline.day(days),
        )

    def _judge(self, plan, supplier, application, decided):
        assessor = self.cast.assessor
        with self.timeline.then(decided) as at:
            if plan.stage == "returned":
                question = JoiningQuestion.objects.filter(per_category=True).first()
                category = application.categories.first()
                needs = [
                    Need("Say who leads the work, and for how long they have.", question, category)
                ]
                ask_for_more(
                    application=application,
                    needs=needs,
                    because="One answer is too short to judge.",
                    by=assessor,
                    at=at,
                )
                return
            grant = plan.stage != "refused"
            reasons = (
                "Meets the conditions."
                if grant
                else "The description does not say who does the work. You can apply again at once."
            )
            verdicts = [
                Verdict(category, grant, reasons) for category in application.categories.all()
            ]
            decide_application(application=application, verdicts=verdicts, by=assessor, at=at)
        if plan.stage == "removed":
            self._remove(supplier, decided)
        with self.timeline.then(decided + timedelta(days=30)) as at:
            for qualification in supplier.qualifications.all():
                if plan.stage == "suspended":
                    suspend_qualification(
                        qualification=qualification,
                        reasons="The vetting of two new workers could not be shown.",
                        by=assessor,
                        at=at,
                    )
                if plan.stage == "noticed":
                    give_removal_notice(
                        qualification=qualification,
                        reasons="The register shows the company as dissolved.",
                        by=assessor,
                        at=at,
                    )

    def _remove(self, supplier, decided):
        """Given notice, not answered in its time, and removed."""
        assessor, qualification = self.cast.assessor, supplier.qualifications.get()
        because = {
            "qualification": qualification,
            "reasons": "The organisation no longer answers, and its insurance was not renewed.",
        }
        with self.timeline.then(decided + timedelta(days=15)) as at:
            give_removal_notice(by=assessor, at=at, **because)
        with self.timeline.then(decided + timedelta(days=50)) as at:
            remove_qualification(by=assessor, at=at, **because)


def _scheme(number):
    if number.startswith("IP"):
        return IdentifierScheme.MPR
    return IdentifierScheme.CHC if len(number) == 7 else IdentifierScheme.COH


def one_page_pdf(words):
    """The bytes of a PDF that says `words` on one page."""
    line = words.encode("latin-1", "replace").replace(b"(", b"[").replace(b")", b"]")
    stream = b"BT /F1 18 Tf 60 760 Td (" + line + b") Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    page, places = io.BytesIO(), []
    page.write(b"%PDF-1.4\n")
    for number, body in enumerate(objects, start=1):
        places.append(page.tell())
        page.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    table = page.tell()
    page.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        page.write(b"%010d 00000 n \n" % place)
    page.write(b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1))
    page.write(b"startxref\n%d\n%%%%EOF\n" % table)
    return page.getvalue()
