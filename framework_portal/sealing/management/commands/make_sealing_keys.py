"""Writes the file with the sealing keys, or adds a key to it."""

from framework_portal.sealing.keys import add_key
from framework_portal.sealing.writing import KeyFileCommand


class Command(KeyFileCommand):
    """What earlier keys sealed stays readable: they stay in the file."""

    help = "Write a sealing key file at PATH, or add a newer key to it with --rotate."
    first = newer = staticmethod(add_key)
    told = "now seals with the key {key}. Back it up apart from the data."
