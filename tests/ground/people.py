"""People for the ground's own tests."""

from itertools import count

from framework_portal.accounts.models import User

_numbers = count(1)


def person(**fields):
    """Somebody who may sign in."""
    fields.setdefault("email", f"person{next(_numbers)}@example.org")
    return User.objects.create(name="A Person", **fields)
