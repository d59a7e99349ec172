"""Rows that hold a signed statement: the exact text, the signature, and the key it is by."""

from django.db import models

from framework_portal.sealing import signing
from framework_portal.sealing.canonical import canonical, parsed


class SignedRow(models.Model):
    """For models of evidence. The columns beside the text must say what the text says."""

    # The canonical JSON that was signed, letter for letter.
    text = models.TextField()
    signature = models.CharField(max_length=100)
    key_id = models.CharField(max_length=32)

    class Meta:
        abstract = True

    def say(self, statement):
        """Sign `statement` and hold it."""
        signed = signing.sign(statement)
        self.text = canonical(signed["statement"]).decode()
        self.signature, self.key_id = signed["signature"], signed["statement"]["key"]

    @property
    def statement(self):
        """What is said."""
        return parsed(self.text.encode())

    @property
    def signed(self):
        """The statement with its signature, as files carry it."""
        return {"statement": self.statement, "signature": self.signature}

    def check_signature(self):
        """Raises ForgedStatement unless the text is what a key of the service signed."""
        signing.verify_text(self.text.encode(), self.signature, self.key_id)
