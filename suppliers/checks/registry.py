"""What a compliance check is, and the list of all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.exceptions import ImproperlyConfigured

from suppliers.states import Outcome

DAILY = timedelta(days=1)


@dataclass(frozen=True)
class Verdict:
    """One of the things a check can say, with how to mend it."""

    outcome: Outcome
    message: str
    how_to_mend: str = ""


@dataclass(frozen=True)
class Finding:
    """What a check says of one supplier, and what it saw. What it saw is plain JSON, no names."""

    outcome: Outcome
    message: str
    how_to_mend: str = ""
    evidence: dict = field(default_factory=dict)

    @classmethod
    def of(cls, verdict, **evidence):
        return cls(verdict.outcome, verdict.message, verdict.how_to_mend, evidence)


@dataclass(frozen=True)
class Check:
    """A question, how to answer it for one supplier and, where SQL can, for all at once.

    `run_all(at)` gives SQL and its parameters; the SQL answers `supplier_id`, `verdict` (a key of
    `verdicts`) and `evidence` (jsonb) for every supplier. `needs` names what to fetch beforehand
    where many suppliers are checked one by one.
    """

    code: str
    question: str
    repeat_every: timedelta
    run: Callable
    verdicts: dict
    run_all: Callable | None = None
    needs: tuple = ()


CHECKS = {}


def check(code, *, question, verdicts, repeat_every=DAILY, run_all=None, needs=()):
    """Register `run(supplier, *, at) -> Finding`. A check reads and judges; it never writes."""

    def register(run):
        if code in CHECKS:
            raise ImproperlyConfigured(f"Two compliance checks are called {code!r}")
        CHECKS[code] = Check(code, question, repeat_every, run, verdicts, run_all, needs)
        return run

    return register
