"""Conditions that several models' database constraints share."""

from django.db.models import Q


def together(*fields):
    """All of `fields` are filled in, or none is."""
    return Q(**{f"{field}__isnull": True for field in fields}) | Q(
        **{f"{field}__isnull": False for field in fields}
    )


def implies(condition, consequence):
    """Where `condition` holds, `consequence` holds too."""
    return ~condition | consequence
