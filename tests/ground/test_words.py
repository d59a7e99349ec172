"""One rule of what a word is: the server, the browser, and whatever else counts."""

import sys
from pathlib import Path

import pytest

from framework_portal.forms import count_words
from tests.browser import ROOT

# What people write, with how many words it has: used wherever words are counted.
CASES = [
    ("", 0),
    ("   \n\t ", 0),
    ("word", 1),
    ("two words", 2),
    ("  spaces   before,  between\tand behind  ", 5),
    ("six-seven", 1),
    ("a dash – between spaces", 5),
    ("a dash—without spaces", 3),
    ("first line\nsecond line\r\nthird", 5),
    ("no\u00a0break", 2),
    ("zero\u200bwidth", 1),
    ("narrow\u202fspace and\u3000wide", 4),
    ("byte\ufefforder", 2),
    ("next\u0085line", 1),
    ("unit\u001fseparator", 1),
    ("£248,500.50 (excl. VAT)", 3),
    ("e-mail@example.org https://example.org/a?b=c", 2),
    ("Ōtautahi café naïve", 3),
    ("日本語 テスト", 2),
    ("emoji 👍🏽 too", 3),
    ("• bullet • bullet", 4),
    ("don't can’t", 2),
]
RULE = Path(ROOT / "frontend/words.js").read_text()


@pytest.mark.parametrize(("text", "count"), CASES)
def test_the_server_counts_so(text, count):
    assert count_words(text) == count


@pytest.mark.django_db
def test_the_browser_counts_so(page):
    page.goto("about:blank")
    page.add_script_tag(content=RULE)

    counted = page.evaluate("texts => texts.map(countWords)", [text for text, _ in CASES])

    assert counted == [count for _, count in CASES]


@pytest.mark.django_db
def test_no_character_at_all_is_a_space_to_one_and_none_to_the_other(page):
    page.goto("about:blank")
    page.add_script_tag(content=RULE)
    every = (code for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)

    spaces = page.evaluate(
        """() => {
            const found = [];
            for (let code = 0; code <= 0x10ffff; code += 1) {
                if (code >= 0xd800 && code <= 0xdfff) continue;
                if (countWords(`a${String.fromCodePoint(code)}b`) === 2) found.push(code);
            }
            return found;
        }"""
    )

    assert [code for code in every if count_words(f"a{chr(code)}b") == 2] == spaces


@pytest.mark.django_db
def test_every_script_that_counts_uses_the_rule():
    scripts = [*(ROOT / "frontend").glob("*.js")]

    counting = [each.name for each in scripts if r"\S+" in each.read_text()]

    assert counting == ["words.js"]
