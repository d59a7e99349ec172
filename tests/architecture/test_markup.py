"""What keeps typed text out of markup, and every page under one content security policy."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["framework_portal", "lots", "suppliers", "bids", "contracts"]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
# They compile their words as a Django template; framework_portal.forms has our own.
COMPILED = re.compile(
    r"from crispy_forms(_gds)?\.layout import [^\n]*\b(HTML|Button|Hidden|Submit)\b"
)
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|src=\"data:",
    re.IGNORECASE,
)
# What the form templates put together was escaped where it was rendered; a QR code is drawn.
TRUSTED = re.compile(
    r"\{\{ (fields|links|content|flat_attrs|[a-z]+\.flat_attrs|totp_svg)\|safe \}\}"
)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_layout_compiles_what_somebody_typed(path):
    assert not COMPILED.search(path.read_text()), "use Button and Hidden of framework_portal.forms"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_has_an_inline_script_or_style_or_trusts_text(path):
    text = path.read_text()

    assert INLINE.findall(text) == []
    assert "|safe" not in TRUSTED.sub("", text)
    assert "autoescape off" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_one_line_comment_runs_over_lines_and_is_printed(path):
    text = re.sub(r"\{#[^\n]*?#\}", "", path.read_text())

    assert "{#" not in text
