"""What was agreed after the award, and with whom it is delivered."""

from contracts.models.contract import Contract, ExtensionOption, Modification
from contracts.models.findings import ChainFinding
from contracts.models.ledger import KeySubcontractor, LedgerEntry

__all__ = [
    "ChainFinding",
    "Contract",
    "ExtensionOption",
    "KeySubcontractor",
    "LedgerEntry",
    "Modification",
]
