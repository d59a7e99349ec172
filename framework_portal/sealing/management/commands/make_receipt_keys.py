"""Writes the file with the keys that sign receipts, or lets a newer key sign."""

from framework_portal.sealing import signing
from framework_portal.sealing.writing import KeyFileCommand


class Command(KeyFileCommand):
    """What earlier keys signed stays verifiable: their public halves stay in the file."""

    help = "Write a file of signing keys at PATH, or let a newer key sign with --rotate."
    first, newer = staticmethod(signing.first_key), staticmethod(signing.rotate)
    told = (
        "now signs with the key {key}. Publish its fingerprint where bidders find"
        " it without this service; what earlier keys signed stays verifiable."
    )
