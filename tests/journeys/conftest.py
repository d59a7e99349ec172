import pytest
from django.db import connection


@pytest.fixture
def clock_moves(transactional_db):
    """`clock_moves(days=31)`: the portal's clock goes on so much faster than everybody's, once.

    It is the database's own clock that is moved, and committed, so that the server goes by it.
    """

    def move(*, days):
        _tell(f"clock_timestamp() + interval '{days} days'")

    yield move
    _tell("clock_timestamp()")


def _tell(time):
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION portal_clock() RETURNS timestamptz LANGUAGE sql VOLATILE"
            f" AS $body$SELECT {time}$body$"
        )
