"""Refusals: what an action answers when a thing must not be done now."""


class Refused(Exception):
    """Raised by an action. `code` is for programs and tests, `message` for the person asking.

    `field` names the form field the message belongs to, where there is one.
    """

    def __init__(self, code, message, *, field=None):
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.field = field

    def __str__(self):
        return f"{self.code}: {self.message}"
