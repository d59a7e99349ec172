"""Somebody with the whole server: every row, every key file, and some officers' passphrases."""

from itertools import combinations

from django.conf import settings

from bids.actions.shares import _bound_to_taker
from bids.identity import identity
from bids.models import HandedShare, Submission
from framework_portal.sealing import keypairs, secrets, shares
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.ciphers import decrypt
from framework_portal.sealing.envelope import _bound, read_with
from framework_portal.sealing.keys import keyring
from framework_portal.sealing.models import Purpose, SealedOffer
from lots.actions.keys import bound_to_holder
from lots.actions.openers import bound_to_owner
from lots.models import KeyShare, OpenerKey, SealingKey


class Attacker:
    """Reads the tables and the key files directly, asks nobody, and keeps to no clock."""

    def __init__(self, *passphrases, words=()):
        self.passphrases, self.words = passphrases, words

    def reads(self):
        """What of the sealed offers and prices this attacker can read."""
        found = []
        keys = [*self.opener_keys().values(), *self.rebuilt()]
        for submission in Submission.objects.select_related("offer", "price_offer", "bid"):
            for row in filter(None, (submission.offer, submission.price_offer)):
                bound_to = identity(submission.bid, submission.sequence)
                found += [opened[0] for key in keys if (opened := self._with(key, row, bound_to))]
                if self._with_the_key_file(row, bound_to):
                    found.append("the key file")
        return found

    def reads_with_the_key_file(self):
        """The rows, of any purpose, that the portal's own keys open: draft, copy, offer, all."""
        found = []
        for submission in Submission.objects.select_related("bid"):
            bound = [identity(submission.bid), identity(submission.bid, submission.sequence)]
            for row in SealedOffer.objects.exclude(purpose=Purpose.DUMMY):
                if any(self._with_the_key_file(row, bound_to) for bound_to in bound):
                    found.append(row)
        return found

    def opener_keys(self):
        """The openers' private keys that the known passphrases unwrap."""
        held = {}
        for key in OpenerKey.objects.select_related("user"):
            for passphrase in (*self.passphrases, settings.SECRET_KEY):
                try:
                    held[key.pk] = secrets.unwrap(key.wrapped_key, passphrase, bound_to_owner(key))
                except InvalidSeal:
                    continue
        return held

    def shares(self):
        """Every share that can be read: own ones, handed ones, printed ones, open ones."""
        held = self.opener_keys()
        known = {*self.words, *SealingKey.objects.values_list("open_share", flat=True)} - {""}
        rows = KeyShare.objects.select_related("key__competition", "opener__user", "opener_key")
        for row in rows:
            bound = bound_to_holder(row.key, row.opener, row.opener_key)
            known |= self._unsealed(held.values(), row.sealed, bound)
        for row in HandedShare.objects.select_related("approval__competition", "opener__user"):
            bound = _bound_to_taker(row.approval, row.opener)
            known |= self._unsealed(held.values(), row.sealed, bound)
        return known

    def rebuilt(self):
        """Every private key that two of the shares give."""
        for one, other in combinations(sorted(self.shares()), 2):
            try:
                yield shares.put_together(one, other)
            except InvalidSeal:
                continue

    def _unsealed(self, privates, sealed, bound):
        found = set()
        for private in privates:
            try:
                found.add(keypairs.unseal_with(private, bytes(sealed), bound).decode())
            except InvalidSeal:
                continue
        return found

    def _with(self, private, row, bound_to):
        try:
            return read_with(private, row, bound_to=bound_to)
        except InvalidSeal:
            return None

    def _with_the_key_file(self, row, bound_to):
        """Every key in the file, for every purpose, on the wrapped key of the row."""
        ring = keyring()
        for key_id in ring._masters:
            for purpose in Purpose:
                try:
                    decrypt(
                        ring.subkey(key_id, purpose), bytes(row.wrapped_key), _bound(row, bound_to)
                    )
                except InvalidSeal:
                    continue
                return True
        return False
