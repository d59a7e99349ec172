"""Refusals: what an action answers when a thing must not be done now."""


class Refused(Exception):
    """Raised by an action. `code` is for programs and tests, `message` for the person asking.

    `field` names the form field the message belongs to, where there is one. `recorded` is what
    the audit trail keeps instead, where the message repeats something a person typed.
    """

    def __init__(self, code, message, *, field=None, recorded=None):
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.field = field
        self.recorded = message if recorded is None else recorded

    def __str__(self):
        return f"{self.code}: {self.message}"


class TooOften(Exception):
    """Raised where somebody sends forms faster than anybody types. Answered 429, the form kept."""
