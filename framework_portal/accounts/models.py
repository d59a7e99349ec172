"""People, and what their signing in leaves behind. One account is one person."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from framework_portal.clock import PortalClock


class UserManager(BaseUserManager):
    """Makes people; the e-mail address is kept in small letters, so that it is one address."""

    use_in_migrations = True

    def create_user(self, email, password=None, **fields):
        """A person who signs in with `email`."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """An administrator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username):
        return self.get(email=username.lower())


class User(AbstractBaseUser, PermissionsMixin):
    """One person with one account, who may act for organisations."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("email address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_staff = models.BooleanField(_("administrator"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)
    # Part of every session's check value: a new one ends all of this person's sessions at once.
    sessions_key = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_address"),
        ]

    def __str__(self):
        return self.name or self.email

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name

    def _get_session_auth_hash(self, secret=None):
        """What a session must still know to count: the password and the sessions' key."""
        return salted_hmac(
            "framework_portal.accounts.session",
            f"{self.password}{self.sessions_key}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class Attempts(models.Model):
    """Wrong guesses at one door: an account, a browser known to it, or a network.

    `key` is a digest, so that the table names nobody. Written only by `actions.guessing`.
    """

    key = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    waits_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("wrong guesses")
        verbose_name_plural = _("wrong guesses")

    def __str__(self):
        return self.key[:12]

    @property
    def reference(self):
        """How the audit trail names a door that belongs to nobody it knows."""
        return self.key


class StashedForm(models.Model):
    """A form that arrived too late, kept encrypted until its owner has signed in again.

    Written only by `actions.stash`.
    """

    # That somebody was at a bid's form shows here.
    hidden_from_reports = True

    # Digest of the token that only the browser holds.
    token_hash = models.CharField(max_length=64)
    path = models.CharField(max_length=2000)
    # The person whose session had ended, where that is known: nobody else is shown it.
    person = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="+")
    sealed = models.OneToOneField("sealing.SealedOffer", models.PROTECT, related_name="+")
    stashed_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("stashed form")
        constraints = [
            models.UniqueConstraint(fields=["token_hash", "path"], name="one_stash_per_page"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("stashed_at")), name="stash_ends"
            ),
        ]

    def __str__(self):
        return f"{self.path} {self.stashed_at:%Y-%m-%d %H:%M}"


class DemonstrationPerson(models.Model):
    """An invented person whose sign-in the demonstration shows to everybody."""

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="+")
    role = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("demonstration sign-in")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.role


class PersonalKey(models.Model):
    """One person's key pair: what is sealed to its public half opens while they are signed in.

    The private half is wrapped under the sign-in password. Written only by
    `actions.personal_keys`.
    """

    hidden_from_reports = True

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="personal_key")
    public = models.BinaryField()
    wrapped = models.BinaryField()
    # Made in place of one that was lost with its password: whoever set the new password proved a
    # mailbox, not that they are the person others let in.
    is_replacement = models.BooleanField(default=False)
    made_at = models.DateTimeField(db_default=PortalClock(), editable=False)

    class Meta:
        verbose_name = _("personal key")

    def __str__(self):
        return str(self.user)
