"""Compliance checks: questions asked of a supplier, again and again.

A new check is a new function and one line here. An app above adds its own by importing `check`
and being imported in its `AppConfig.ready`.
"""

from suppliers.checks.registry import CHECKS, Check, Finding, Verdict, check

__all__ = ["CHECKS", "Check", "Finding", "Verdict", "check"]

# Each registers what it holds.
from suppliers.checks import contact, declarations, evidence, identifiers, profile  # noqa: E402, F401
