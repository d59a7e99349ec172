"""What was agreed after the award, and with whom it is delivered."""

from contracts.models.case_words import AffectedView, ProposalAnswer
from contracts.models.cases import ChangeCase, ProposedLine
from contracts.models.contract import Contract, ExtensionOption, Modification
from contracts.models.findings import ChainFinding
from contracts.models.ledger import KeySubcontractor, LedgerEntry
from contracts.models.lines import LineAnswer, LineSettlement, LineVersion, QuarterLine
from contracts.models.quarters import IncomeVersion, QuarterReturn
from contracts.models.reports import ReportDecision, ReportRow, ReportSigning, SupplyChainReport
from contracts.models.signing import ChainDecision, SubcontractStatement, TerminationNotice
from contracts.models.voice import (
    ConfidentialMessage,
    ConfidentialReading,
    ConfidentialReport,
    IntegrityFinding,
)
from contracts.models.voice_record import ConfidentialAnchor, VoiceFigures

__all__ = [
    "ChainDecision",
    "AffectedView",
    "ChainFinding",
    "ConfidentialAnchor",
    "ConfidentialMessage",
    "ConfidentialReading",
    "ConfidentialReport",
    "ChangeCase",
    "Contract",
    "ExtensionOption",
    "IncomeVersion",
    "IntegrityFinding",
    "KeySubcontractor",
    "LedgerEntry",
    "LineAnswer",
    "LineSettlement",
    "LineVersion",
    "Modification",
    "ProposalAnswer",
    "ProposedLine",
    "QuarterLine",
    "QuarterReturn",
    "ReportDecision",
    "ReportRow",
    "ReportSigning",
    "SubcontractStatement",
    "SupplyChainReport",
    "VoiceFigures",
    "TerminationNotice",
]
