"""Contracts, quarterly returns and supply chain reports cannot be deleted."""

import pytest
from django.db import DatabaseError, connection, transaction

from contracts.models import Contract, QuarterReturn, SupplyChainReport
from tests.contracts.quarters import running

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Contract, QuarterReturn, SupplyChainReport])
def test_a_contract_that_names_nobody_keeps_its_rows(model):
    running(0)
    table = model._meta.db_table
    before = model.objects.count()

    with (
        pytest.raises(DatabaseError, match="its rows stay"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {table}")

    assert model.objects.count() == before > 0
