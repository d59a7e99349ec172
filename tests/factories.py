"""The smallest valid things. No surprises: what a test needs besides, it says."""

import uuid
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import factory
from django.db import transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from bids.models import Bid
from framework_portal.accounts.actions.personal_keys import unlock
from framework_portal.accounts.models import User
from framework_portal.reference.models import (
    Area,
    AreaLevel,
    AreaSet,
    Category,
    Commissioner,
    Framework,
    Officer,
)
from framework_portal.reference.states import CategoryKind, OfficerRole
from framework_portal.sealing import keypairs, secrets
from lots.actions.keys import make_keys
from lots.actions.openers import bound_to_owner
from lots.models import Competition, Criterion, Lot, Opener, OpenerKey, OpenerProof, Part, Question
from lots.selectors import key_in_use
from lots.states import CompetitionState, CriterionKind
from suppliers.links import digest_of, token_of
from suppliers.models import (
    Application,
    Identifier,
    Invitation,
    JoiningQuestion,
    Membership,
    OrganisationInvitation,
    Qualification,
    Supplier,
)
from suppliers.states import (
    AnswerKind,
    ApplicationState,
    IdentifierScheme,
    LegalForm,
    MemberRole,
    QualificationState,
    Size,
)

PASSWORD = "a long enough test password"
OPENING_PASSPHRASE = "four words that open bids"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@test.example")
    name = factory.Sequence(lambda n: f"Test Person {n}")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        password = kwargs.pop("password", None)
        user = model_class.objects.create_user(kwargs.pop("email"), password, **kwargs)
        # As after the first sign-in with a password: what is kept for them can be read.
        unlock(user=user, password=password or PASSWORD)
        return user


class FrameworkFactory(DjangoModelFactory):
    class Meta:
        model = Framework
        django_get_or_create = ["slug"]

    slug = "test-framework"
    name = "Test framework"
    starts_on = date(2020, 6, 10)
    ends_on = date(2030, 6, 10)


class CategoryFactory(DjangoModelFactory):
    class Meta:
        model = Category

    slug = factory.Sequence(lambda n: f"category-{n}")
    number = factory.Sequence(lambda n: 100 + n)
    letter = "x"
    name = factory.Sequence(lambda n: f"Category {n}")
    official_name = factory.SelfAttribute("name")
    abbreviation = "CAT"
    kind = CategoryKind.NEED_AREA
    description = "A kind of need"


class AreaSetFactory(DjangoModelFactory):
    class Meta:
        model = AreaSet
        django_get_or_create = ["slug"]

    slug = "test-areas"
    name = "Test areas"


class RegionLevelFactory(DjangoModelFactory):
    class Meta:
        model = AreaLevel
        django_get_or_create = ["slug"]

    area_set = factory.SubFactory(AreaSetFactory)
    slug = "region"
    name = "Probation region"
    plural = "Probation regions"
    depth = 0


class PoliceAreaLevelFactory(RegionLevelFactory):
    slug = "police_area"
    name = "Police area"
    plural = "Police areas"
    depth = 1


class RegionFactory(DjangoModelFactory):
    class Meta:
        model = Area

    level = factory.SubFactory(RegionLevelFactory)
    slug = factory.Sequence(lambda n: f"region-{n}")
    name = factory.Sequence(lambda n: f"Region {n}")


class PoliceAreaFactory(RegionFactory):
    level = factory.SubFactory(PoliceAreaLevelFactory)
    parent = factory.SubFactory(RegionFactory)
    slug = factory.Sequence(lambda n: f"area-{n}")
    name = factory.Sequence(lambda n: f"Area {n}")


class CommissionerFactory(DjangoModelFactory):
    class Meta:
        model = Commissioner

    name = factory.Sequence(lambda n: f"Test Commissioner {n}")
    contact_email = factory.Sequence(lambda n: f"commissioner{n}@test.example")


class OfficerFactory(DjangoModelFactory):
    """An officer for all areas. `.user` is the person."""

    class Meta:
        model = Officer

    commissioner = factory.SubFactory(CommissionerFactory)
    user = factory.SubFactory(UserFactory)
    role = OfficerRole.COMMISSIONER


class AssessorFactory(OfficerFactory):
    role = OfficerRole.ASSESSOR


class CompetitionFactory(DjangoModelFactory):
    """A draft, with its timetable and nothing else."""

    class Meta:
        model = Competition

    framework = factory.SubFactory(FrameworkFactory)
    commissioner = factory.SubFactory(CommissionerFactory)
    title = factory.Sequence(lambda n: f"Competition {n}")
    summary = "What is bought"
    created_by = factory.SubFactory(UserFactory)
    created_at = factory.LazyFunction(timezone.now)
    clarifications_close_at = factory.LazyAttribute(lambda o: o.closes_at - timedelta(days=5))
    closes_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=14))
    service_starts_on = date(2027, 4, 1)
    service_ends_on = date(2030, 3, 31)


class CriterionFactory(DjangoModelFactory):
    class Meta:
        model = Criterion

    competition = factory.SubFactory(CompetitionFactory)
    position = factory.Sequence(lambda n: n)
    kind = CriterionKind.QUALITY
    name = factory.Sequence(lambda n: f"Criterion {n}")
    weight = Decimal("70")


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = Question

    criterion = factory.SubFactory(CriterionFactory)
    position = factory.Sequence(lambda n: n)
    text = factory.Sequence(lambda n: f"Question {n}?")
    word_limit = 100


class LotFactory(DjangoModelFactory):
    """A lot of a draft competition, with one category over one police area."""

    class Meta:
        model = Lot
        skip_postgeneration_save = True

    competition = factory.SubFactory(CompetitionFactory)
    position = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Lot {n}")
    value = Decimal("250000")

    @factory.post_generation
    def categories(self, create, given, **kwargs):
        self.categories.set(given or [CategoryFactory()])

    @factory.post_generation
    def areas(self, create, given, **kwargs):
        self.areas.set(given or [PoliceAreaFactory()])


@cache
def _key_pair(number):
    """A key pair for the openers of a whole test run."""
    return keypairs.fresh_pair()


def opener_key(user, number=0):
    """A key of `user` that the passphrase of all tests opens, proven to be known."""
    key = key_in_use(user)
    if key is None:
        private, public = _key_pair(number)
        key = OpenerKey(user=user, public_key=public)
        key.wrapped_key = secrets.wrap(private, OPENING_PASSPHRASE, bound_to_owner(key))
        key.save()
    if not key.proofs.exists():
        OpenerProof.objects.create(key=key)
    return key


def name_openers(competition, users=(), *, count=3):
    """Let these people, and as many others as are needed, open the bids of a draft."""
    users = [*users, *(UserFactory() for _ in range(count - len(users)))]
    for number, user in enumerate(users):
        opener_key(user, number)
        Opener.objects.create(competition=competition, user=user)
    return users


@transaction.atomic
def publish(competition, *, by=None, openers=()):
    """Publish a draft without asking the action: a gate, quality 70 with a question, price 30.

    Nobody of the openers is an officer yet: `tests.bids.evaluated.officers` makes them so.
    """
    if not competition.criteria.exists():
        CriterionFactory(
            competition=competition, kind=CriterionKind.GATE, weight=0, name="Safeguarding"
        )
        quality = CriterionFactory(competition=competition, weight=70, name="Quality")
        QuestionFactory(criterion=quality)
        CriterionFactory(competition=competition, kind=CriterionKind.PRICE, weight=30, name="Price")
    if not competition.lots.exists():
        LotFactory(competition=competition)
    if not competition.openers.exists():
        name_openers(competition, openers)
    apart = competition.price_after_quality
    # What a test may need to remember that the portal forgets.
    competition.recovery = make_keys(
        competition, parts=[Part.QUALITY, Part.PRICE] if apart else [Part.WHOLE]
    )
    competition.state = CompetitionState.PUBLISHED
    competition.published_at = timezone.now()
    competition.published_by = by or competition.created_by
    competition.save()
    return competition


def confirmed_extension(competition, closes_at, *, first=None, second=None):
    """An extension as two officers leave it behind, without moving the deadline itself."""
    extension = competition.extensions.create(
        closes_at=closes_at,
        reason="More time",
        proposed_at=timezone.now(),
        proposed_by=first or UserFactory(),
    )
    extension.confirmed_at, extension.confirmed_by = timezone.now(), second or UserFactory()
    extension.save()
    return extension


class OpenLotFactory(LotFactory):
    """A lot of a published competition that takes bids."""

    class Meta:
        model = Lot
        skip_postgeneration_save = True

    @factory.post_generation
    def publication(self, create, given, **kwargs):
        publish(self.competition)


class SupplierFactory(DjangoModelFactory):
    class Meta:
        model = Supplier

    name = factory.Sequence(lambda n: f"Test Supplier {n}")
    legal_form = LegalForm.CHARITY
    size = Size.SMALL
    is_voluntary = True
    contact_name = "Test Contact"
    contact_email = factory.Sequence(lambda n: f"supplier{n}@test.example")
    registered_at = factory.LazyFunction(timezone.now)
    registered_by = factory.SubFactory(UserFactory)


class IdentifierFactory(DjangoModelFactory):
    class Meta:
        model = Identifier

    supplier = factory.SubFactory(SupplierFactory)
    scheme = IdentifierScheme.CHC
    value = factory.Sequence(lambda n: f"{1100000 + n}")
    is_main = True


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    supplier = factory.SubFactory(SupplierFactory)
    user = factory.SubFactory(UserFactory)
    role = MemberRole.OWNER
    joined_at = factory.LazyFunction(timezone.now)


class ApplicationFactory(DjangoModelFactory):
    class Meta:
        model = Application

    supplier = factory.SubFactory(SupplierFactory)
    framework = factory.SubFactory(FrameworkFactory)
    started_at = factory.LazyFunction(timezone.now)
    started_by = factory.SubFactory(UserFactory)


class DecidedApplicationFactory(ApplicationFactory):
    state = ApplicationState.DECIDED
    submitted_at = factory.LazyFunction(timezone.now)
    submitted_by = factory.SubFactory(UserFactory)
    decided_at = factory.LazyFunction(timezone.now)
    decided_by = factory.SubFactory(UserFactory)


class QualificationFactory(DjangoModelFactory):
    """Granted, with no end."""

    class Meta:
        model = Qualification

    supplier = factory.SubFactory(SupplierFactory)
    framework = factory.SubFactory(FrameworkFactory)
    category = factory.SubFactory(CategoryFactory)
    application = factory.SubFactory(
        DecidedApplicationFactory, supplier=factory.SelfAttribute("..supplier")
    )
    state = QualificationState.GRANTED
    decided_at = factory.LazyFunction(timezone.now)
    decided_by = factory.SubFactory(UserFactory)
    reasons = "Meets the conditions"


def qualify(supplier, lot):
    """Let `supplier` match `lot`: qualified in its categories, serving its areas."""
    for category in lot.categories.all():
        QualificationFactory(supplier=supplier, category=category)
    supplier.areas.add(*Area.objects.leaves_of(lot.areas.all()))
    return supplier


class BidFactory(DjangoModelFactory):
    """A draft bid, without contents, of a supplier that matches an open lot."""

    class Meta:
        model = Bid

    lot = factory.SubFactory(OpenLotFactory)
    supplier = factory.LazyAttribute(lambda o: qualify(SupplierFactory(), o.lot))
    started_at = factory.LazyFunction(timezone.now)
    started_by = factory.SubFactory(UserFactory)


class InvitationFactory(DjangoModelFactory):
    """Open, for a week from now."""

    class Meta:
        model = Invitation

    supplier = factory.SubFactory(SupplierFactory)
    email = factory.Sequence(lambda n: f"colleague{n}@test.example")
    role = MemberRole.EDITOR
    invited_at = factory.LazyFunction(timezone.now)
    invited_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class OrganisationInvitationFactory(DjangoModelFactory):
    """Open, for four weeks from now."""

    class Meta:
        model = OrganisationInvitation

    inviter = factory.SubFactory(SupplierFactory)
    email = factory.Sequence(lambda n: f"small{n}@test.example")
    seed = factory.LazyFunction(uuid.uuid4)
    reference = factory.LazyFunction(uuid.uuid4)
    token_digest = factory.LazyAttribute(lambda made: digest_of(token_of(made)))
    invited_at = factory.LazyFunction(timezone.now)
    invited_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=28))


class JoiningQuestionFactory(DjangoModelFactory):
    """A question in words, asked once."""

    class Meta:
        model = JoiningQuestion
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"question-{n}")
    section = "Your services"
    position = factory.Sequence(lambda n: n)
    kind = AnswerKind.TEXT
    text = factory.Sequence(lambda n: f"Joining question {n}?")
    word_limit = 50

    @factory.post_generation
    def categories(self, create, given, **kwargs):
        self.categories.set(given or [])


class SubmittedApplicationFactory(ApplicationFactory):
    """Handed in, in one category over one police area, and waiting."""

    class Meta:
        model = Application
        skip_postgeneration_save = True

    state = ApplicationState.SUBMITTED
    submitted_at = factory.LazyFunction(timezone.now)
    submitted_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def categories(self, create, given, **kwargs):
        self.categories.set(given or [CategoryFactory()])
        for category in self.categories.all():
            Qualification.objects.create(
                supplier=self.supplier,
                framework=self.framework,
                category=category,
                application=self,
            )

    @factory.post_generation
    def areas(self, create, given, **kwargs):
        self.areas.set(given or [PoliceAreaFactory()])
