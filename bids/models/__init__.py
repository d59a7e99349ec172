"""Bids, what arrived and when, their opening, their scores and the award."""

from bids.models.affirming import Affirmation
from bids.models.arriving import Arrival, StandbyInstruction, Submission
from bids.models.asking import AskerMark, ClarificationAsker, QuestionDraft
from bids.models.award import Award, NamedSubcontractor
from bids.models.bid import Bid, BidDocument
from bids.models.consent import ConsentRequest, ExclusivityAnswer, NamedConsent
from bids.models.library import AnswerUse, LibraryAnswer
from bids.models.news import NewsBy, NewsReader, Unfollowed
from bids.models.opening import (
    HandedShare,
    Opening,
    OpeningApproval,
    PriceOpening,
    QualityLock,
)
from bids.models.receipts import LogHead, Receipt, ReceiptKind
from bids.models.scoring import Score
from bids.models.uploading import BidUpload
from bids.models.writing import AnswerVersion, Presence, UnsavedEntry

__all__ = [
    "AnswerUse",
    "Affirmation",
    "AnswerVersion",
    "Arrival",
    "AskerMark",
    "Award",
    "Bid",
    "BidDocument",
    "BidUpload",
    "ClarificationAsker",
    "ConsentRequest",
    "ExclusivityAnswer",
    "LogHead",
    "HandedShare",
    "LibraryAnswer",
    "NamedConsent",
    "NamedSubcontractor",
    "NewsBy",
    "NewsReader",
    "Opening",
    "OpeningApproval",
    "PriceOpening",
    "QuestionDraft",
    "QualityLock",
    "Presence",
    "Receipt",
    "ReceiptKind",
    "Score",
    "StandbyInstruction",
    "Submission",
    "Unfollowed",
    "UnsavedEntry",
]
