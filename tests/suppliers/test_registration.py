"""An organisation registers, and what is known of it stays true."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from framework_portal.audit.models import AuditEvent
from framework_portal.refusals import Refused
from suppliers.actions.registration import (
    add_identifier,
    choose_main_identifier,
    edit_organisation,
    register_organisation,
    remove_identifier,
)
from suppliers.models import Supplier
from suppliers.states import IdentifierScheme, LegalForm, MemberRole, Size
from tests.factories import SupplierFactory, UserFactory


def register(by, **more):
    known = {
        "name": "Invented Women's Centre",
        "legal_form": LegalForm.CIO,
        "size": Size.MICRO,
        "is_voluntary": True,
    }
    return register_organisation(by=by, at=timezone.now(), **{**known, **more})


@pytest.mark.django_db
def test_whoever_registers_is_the_owner_and_the_contact():
    person = UserFactory()

    supplier = register(person)

    assert supplier.contact_email == person.email
    assert list(supplier.memberships.values_list("user", "role")) == [(person.pk, MemberRole.OWNER)]
    assert [event.verb for event in AuditEvent.objects.about(supplier)] == ["supplier.registered"]


@pytest.mark.django_db(transaction=True)
def test_pressing_twice_registers_once():
    person, barrier = UserFactory(), Barrier(2)

    def press():
        try:
            barrier.wait(5)
            register(person)
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join(10) for thread in threads]

    assert Supplier.objects.count() == 1


@pytest.mark.django_db
def test_only_what_differs_is_recorded_and_no_contents_are():
    supplier = SupplierFactory(name="Before")

    edit_organisation(
        supplier=supplier, by=UserFactory(), at=timezone.now(), name="After", size=supplier.size
    )

    supplier.refresh_from_db()
    event = AuditEvent.objects.about(supplier).get()
    assert supplier.name == "After"
    assert event.details == {"fields": ["name"]}


@pytest.mark.django_db
def test_nothing_changed_leaves_no_evidence():
    supplier = SupplierFactory()

    edit_organisation(supplier=supplier, by=UserFactory(), at=timezone.now(), name=supplier.name)

    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_a_field_that_is_not_the_organisations_to_change_is_never_taken_over():
    with pytest.raises(TypeError):
        edit_organisation(
            supplier=SupplierFactory(), by=UserFactory(), at=timezone.now(), registered_at=None
        )


def add(supplier, scheme, value):
    return add_identifier(
        supplier=supplier, scheme=scheme, value=value, by=UserFactory(), at=timezone.now()
    )


@pytest.mark.django_db
def test_the_first_number_is_the_main_one_and_the_next_inherits():
    supplier = SupplierFactory()
    first = add(supplier, IdentifierScheme.CHC, "1090095")
    second = add(supplier, IdentifierScheme.COH, "9506232")
    assert (first.is_main, second.is_main) == (True, False)

    remove_identifier(identifier=first, by=UserFactory(), at=timezone.now())

    assert list(supplier.identifiers.values_list("value", "is_main")) == [("09506232", True)]


@pytest.mark.django_db
def test_the_main_number_can_be_chosen_and_there_is_one():
    supplier = SupplierFactory()
    add(supplier, IdentifierScheme.CHC, "1090095")
    second = add(supplier, IdentifierScheme.COH, "9506232")

    choose_main_identifier(identifier=second, by=UserFactory(), at=timezone.now())

    assert list(supplier.identifiers.values_list("value", "is_main")) == [
        ("09506232", True),
        ("1090095", False),
    ]


@pytest.mark.django_db
def test_the_same_number_written_otherwise_is_the_same_number():
    supplier = SupplierFactory()
    add(supplier, IdentifierScheme.COH, "9506232")

    with pytest.raises(Refused) as refusal:
        add(supplier, IdentifierScheme.COH, "GB-COH-09506232")

    assert (refusal.value.code, refusal.value.field) == ("identifier_twice", "value")
