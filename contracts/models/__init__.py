"""What was agreed after the award, and with whom it is delivered."""

from contracts.models.contract import Contract, ExtensionOption, Modification
from contracts.models.findings import ChainFinding
from contracts.models.ledger import KeySubcontractor, LedgerEntry
from contracts.models.lines import LineAnswer, LineSettlement, LineVersion, QuarterLine
from contracts.models.quarters import IncomeVersion, QuarterReturn
from contracts.models.reports import ReportDecision, ReportRow, ReportSigning, SupplyChainReport

__all__ = [
    "ChainFinding",
    "Contract",
    "ExtensionOption",
    "IncomeVersion",
    "KeySubcontractor",
    "LedgerEntry",
    "LineAnswer",
    "LineSettlement",
    "LineVersion",
    "Modification",
    "QuarterLine",
    "QuarterReturn",
    "ReportDecision",
    "ReportRow",
    "ReportSigning",
    "SupplyChainReport",
]
