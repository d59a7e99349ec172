"""Who may bid: organisations, their people, their applications to join and their standing."""

from suppliers.models.findings import CheckResult, CheckRun
from suppliers.models.inviting import OrganisationInvitation
from suppliers.models.joining import Answer, Application, Evidence, JoiningQuestion, MorePoint
from suppliers.models.organisations import Identifier, Supplier
from suppliers.models.standing import Qualification, QualificationDecision, RemovalNotice
from suppliers.models.teams import Invitation, Membership
from suppliers.models.vaults import RecoveryKey, Vault, VaultGrant

__all__ = [
    "Answer",
    "Application",
    "CheckResult",
    "CheckRun",
    "Evidence",
    "Identifier",
    "Invitation",
    "JoiningQuestion",
    "Membership",
    "MorePoint",
    "OrganisationInvitation",
    "Qualification",
    "QualificationDecision",
    "RecoveryKey",
    "RemovalNotice",
    "Supplier",
    "Vault",
    "VaultGrant",
]
