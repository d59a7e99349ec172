"""Putting things into a vault, and reading them again."""

from framework_portal.sealing.envelope import read_with, seal_many_to, seal_to
from suppliers.actions.vaults import vault_to_fill


def seal_kept(supplier, content, *, purpose, bound_to, salt=None):
    """Keep `content` for `supplier`: a new row that only its vault opens.

    Nobody need be signed in, and nothing is unlocked. Where there is no vault yet it is made.
    """
    vault = vault_to_fill(supplier)
    return seal_to(bytes(vault.public), content, purpose=purpose, bound_to=bound_to, salt=salt)


def seal_kept_many(supplier, contents, *, purpose):
    """`seal_kept`, in one statement: `contents` are pairs of a content and what it is bound to."""
    return seal_many_to(bytes(vault_to_fill(supplier).public), contents, purpose=purpose)


def read_kept(vault, row, *, bound_to):
    """What `row` holds, with the open `vault` of its organisation (`request.vaults.of(...)`)."""
    return read_salted(vault, row, bound_to=bound_to)[0]


def read_salted(vault, row, *, bound_to):
    """(content, salt): the salt is what makes the row's digest a commitment."""
    return read_with(vault.key(row.key_id), row, bound_to=bound_to)
