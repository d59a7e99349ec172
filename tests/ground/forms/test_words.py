"""Words are counted alike in browser and server."""

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework_portal.forms import PortalForm, WordCountField, count_words
from framework_portal.forms.words import WORD, subject

# ECMAScript: WhiteSpace and LineTerminator, the complement of \\S.
SPACES = {0x9, 0xA, 0xB, 0xC, 0xD, 0x20, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000}
SPACES |= {0xFEFF} | set(range(0x2000, 0x200B))
# What Python or an older Unicode would take otherwise.
DOUBTFUL = "\ufeff\u180e\x1c\x1d\x1e\x1f\x85\u200b\u2060 \t\n\u3000"


def test_exactly_the_spaces_of_javascript_part_words():
    parting = {code for code in range(sys.maxunicode + 1) if not WORD.match(chr(code))}

    assert parting == SPACES


@given(st.text(st.sampled_from(DOUBTFUL + "ab🎈"), max_size=60))
def test_words_are_runs_of_anything_but_those_spaces(text):
    plain = "".join("." if ord(character) in SPACES else "w" for character in text)

    assert count_words(text) == len(re.findall("w+", plain))


def test_the_browser_counts_the_same(page):
    texts = ["one two", *(f"a{character}b" for character in DOUBTFUL), " lead\u00a0and\u2003trail "]
    page.goto("/help/")

    counted = page.evaluate("texts => texts.map(text => (text.match(/\\S+/g) || []).length)", texts)

    assert counted == [count_words(text) for text in texts]


@pytest.mark.parametrize("words, over", [(3, 0), (4, 1), (6, 3)])
def test_more_words_than_the_limit_are_refused_with_how_many_to_take_out(words, over):
    class Sample(PortalForm):
        method = WordCountField(label="Method", max_words=3)

    form = Sample({"method": "word " * words})

    assert form.is_valid() is (over == 0)
    assert (f"Take out {over} word" in str(form.errors)) is (over > 0)


@pytest.mark.parametrize(
    "label, said",
    [
        ("Total price, excluding VAT", "Total price"),
        ("Name (as registered)", "Name"),
        ("How will you deliver?", "Your answer"),
        ("", "Your answer"),
    ],
)
def test_a_field_is_named_so_that_the_sentence_reads_well(label, said):
    assert subject(label) == said
