"""Suppliers to measure with, with the people, keys and qualifications that they would have."""

from django.utils import timezone

from framework_portal.accounts.models import PersonalKey, User
from framework_portal.reference.models import Area, Category, Framework
from framework_portal.sealing.keypairs import fresh_pair
from suppliers.models import (
    Application,
    Identifier,
    Membership,
    Qualification,
    Supplier,
    Vault,
    VaultGrant,
)
from suppliers.states import (
    ApplicationState,
    IdentifierScheme,
    LegalForm,
    MemberRole,
    QualificationState,
    Size,
)

BATCH = 2000
NAME, ADDRESS = "Bench Supplier {}", "bench{}@bench.example"


def organisations(wanted, *, qualified):
    """Bring the bench's suppliers to `wanted`, each with its owner, keys and vault."""
    have = Supplier.objects.filter(name__startswith="Bench Supplier").count()
    numbers, now = range(have + 1, wanted + 1), timezone.now()
    users = User.objects.bulk_create(
        [
            User(email=ADDRESS.format(n), name=f"Bench Person {n}", password="!")  # noqa: S106
            for n in numbers
        ],
        batch_size=BATCH,
    )
    made = Supplier.objects.bulk_create(
        [
            Supplier(
                name=NAME.format(n),
                legal_form=LegalForm.CHARITY,
                size=Size.SMALL,
                is_voluntary=True,
                address="1 Bench Street",
                contact_name=f"Bench Person {n}",
                contact_email=ADDRESS.format(n),
                registered_at=now,
                registered_by=user,
            )
            for n, user in zip(numbers, users, strict=True)
        ],
        batch_size=BATCH,
    )
    Membership.objects.bulk_create(
        [
            Membership(supplier=supplier, user=user, role=MemberRole.OWNER, joined_at=now)
            for supplier, user in zip(made, users, strict=True)
        ],
        batch_size=BATCH,
    )
    _vaults(made, users)
    Identifier.objects.bulk_create(
        [
            Identifier(
                supplier=supplier,
                scheme=IdentifierScheme.CHC,
                value=str(2_000_000 + n),
                is_main=True,
            )
            for n, supplier in zip(numbers, made, strict=True)
        ],
        batch_size=BATCH,
    )
    if qualified:
        _qualify(made, users, now)


def _vaults(suppliers, users):
    """Keys and vaults, as signing up and registering leave them; nobody here opens one."""
    keys = PersonalKey.objects.bulk_create(
        [PersonalKey(user=user, public=fresh_pair()[1], wrapped=b"") for user in users],
        batch_size=BATCH,
    )
    vaults = Vault.objects.bulk_create(
        [Vault(supplier=one, generation=1, public=fresh_pair()[1]) for one in suppliers],
        batch_size=BATCH,
    )
    VaultGrant.objects.bulk_create(
        [
            VaultGrant(vault=vault, key=key, sealed=b"")
            for vault, key in zip(vaults, keys, strict=True)
        ],
        batch_size=BATCH,
    )


def _qualify(made, users, now):
    framework = Framework.objects.current()
    applications = Application.objects.bulk_create(
        [
            Application(
                supplier=supplier,
                framework=framework,
                state=ApplicationState.DECIDED,
                started_at=now,
                started_by=user,
                submitted_at=now,
                submitted_by=user,
                decided_at=now,
                decided_by=user,
            )
            for supplier, user in zip(made, users, strict=True)
        ],
        batch_size=BATCH,
    )
    categories = list(Category.objects.all())
    Qualification.objects.bulk_create(
        [
            Qualification(
                supplier_id=application.supplier_id,
                framework=framework,
                category=category,
                application=application,
                state=QualificationState.GRANTED,
                decided_at=now,
                decided_by_id=application.decided_by_id,
                reasons="Meets the conditions",
            )
            for application in applications
            for category in categories
        ],
        batch_size=BATCH,
    )
    serves = Supplier.areas.through
    areas = list(Area.objects.leaves().filter(parent__isnull=False).values_list("pk", flat=True))
    serves.objects.bulk_create(
        [serves(supplier_id=supplier.pk, area_id=area) for supplier in made for area in areas],
        batch_size=BATCH,
    )
