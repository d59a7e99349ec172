"""What is wrong with a seal."""


class InvalidSeal(Exception):
    """The row was changed, moved or bound to something else, or its key is gone."""
