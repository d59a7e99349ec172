"""What is bought: competitions, their lots, criteria, questions, changes and clarifications."""

from lots.models.changes import Clarification, CompetitionChange, DeadlineExtension, DeadlineMove
from lots.models.competitions import Competition, CompetitionDocument
from lots.models.judging import Criterion, Question
from lots.models.lots import Lot
from lots.models.opening import KeyShare, Opener, OpenerKey, OpenerProof, Part, SealingKey

__all__ = [
    "Clarification",
    "Competition",
    "CompetitionChange",
    "CompetitionDocument",
    "Criterion",
    "DeadlineExtension",
    "DeadlineMove",
    "KeyShare",
    "Lot",
    "Opener",
    "OpenerKey",
    "OpenerProof",
    "Part",
    "Question",
    "SealingKey",
]
