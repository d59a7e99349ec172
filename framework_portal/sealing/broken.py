"""What is wrong with a seal or a signature."""


class InvalidSeal(Exception):
    """The row was changed, moved or bound to something else, or its key is gone."""


class ForgedStatement(Exception):
    """The statement was changed, or is not by a key of this service."""
