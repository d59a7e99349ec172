import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bids.merging import combined, merged, sentences, words_gone, words_new

BASE = "We listen first. We plan together.\n\nThen we help. We stay."
PIECES = st.lists(st.sampled_from(["One. ", "Two. ", "Three. ", "Four.\n", "\n", "Five "]))
TEXTS = PIECES.map("".join)


@given(TEXTS)
def test_the_pieces_of_a_text_are_the_text(text):
    assert "".join(sentences(text)) == text


def test_changes_in_different_sentences_are_both_made():
    mine = BASE.replace("We plan together.", "We plan with each person.")
    theirs = BASE.replace("We stay.", "We stay for a year.")

    came = merged(BASE, mine, theirs)

    assert came.text == (
        "We listen first. We plan with each person.\n\nThen we help. We stay for a year."
    )
    assert not came.overlap


def test_one_adds_a_sentence_in_front_and_the_other_one_behind():
    came = merged("Middle. ", "Before. Middle. ", "Middle. After. ")

    assert (came.text, came.overlap) == ("Before. Middle. After. ", False)


def test_one_sentence_changed_by_both_is_not_mixed_and_neither_loses_a_word():
    mine, theirs = BASE.replace("We stay.", "We leave."), BASE.replace("We stay.", "We remain.")

    came = merged(BASE, mine, theirs)

    assert came.overlap
    assert "We leave." in came.text and "We remain." in came.text
    assert "stay" not in came.text


def test_both_adding_at_the_same_place_is_an_overlap_with_both_texts():
    came = merged("", "Mine", "Theirs")

    assert came.overlap
    assert came.text == "Theirs\nMine"


def test_the_same_change_made_twice_is_made_once():
    both = BASE.replace("stay", "remain")

    assert merged(BASE, both, both + " Really.").text == both + " Really."
    assert not merged(BASE, both, both).overlap


def test_what_one_took_out_while_the_other_changed_it_is_an_overlap():
    mine, theirs = BASE.replace("We plan together.", ""), BASE.replace("plan", "think")

    assert merged(BASE, mine, theirs).overlap


@given(TEXTS, TEXTS)
def test_a_change_made_by_one_alone_is_simply_taken(base, changed):
    for came in (merged(base, changed, base), merged(base, base, changed)):
        assert (came.text, came.overlap) == (changed, False)


@given(TEXTS, TEXTS, TEXTS)
def test_no_word_that_somebody_added_is_ever_missing(base, mine, theirs):
    came = merged(base, mine, theirs)

    for added in (mine, theirs):
        for word in set(added.split()) - set(base.split()):
            assert word in came.text.split()


@given(TEXTS, TEXTS, TEXTS)
def test_whose_version_comes_first_changes_nothing_where_nothing_overlaps(base, mine, theirs):
    one, other = merged(base, mine, theirs), merged(base, theirs, mine)

    assert one.overlap == other.overlap
    if not one.overlap:
        assert one.text == other.text


@given(TEXTS, TEXTS)
def test_both_texts_in_one_miss_no_sentence_of_either(one, other):
    both = combined(one, other)

    assert words_gone(one, both) == words_gone(other, both) == 0


def test_both_texts_in_one_share_what_they_share():
    assert combined("Same. Hers.", "Same. Mine.") == "Same. Hers.\nMine."


def test_words_are_counted_in_both_directions():
    assert (words_gone("a b c", "a c d e"), words_new("a b c", "a c d e")) == (1, 2)


@pytest.mark.parametrize("unit", ["a. ", "word ", "\n", "a\n"])
def test_a_text_made_to_be_slow_is_not(unit):
    long = unit * (100_000 // len(unit))
    began = time.perf_counter()

    merged(long, "x. " + long + "y", "z " + long[: len(long) // 2])
    combined(long, "x " + long[::-1])

    assert time.perf_counter() - began < 3
