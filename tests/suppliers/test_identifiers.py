"""Numbers in public registers: written in one way, refused when they have not the shape."""

import pytest

from framework_portal.refusals import Refused
from suppliers.identifiers import MESSAGES, SHAPES, is_well_formed, normalised
from suppliers.states import IdentifierScheme

RIGHT = [
    ("GB-CHC", "1090095", "1090095"),
    ("GB-CHC", " 1090095 ", "1090095"),
    ("GB-CHC", "GB-CHC-1090095", "1090095"),
    ("GB-CHC", "gb-chc: 1090095", "1090095"),
    ("GB-CHC", "01090095", "1090095"),
    ("GB-CHC", "210 037", "210037"),
    ("GB-COH", "09506232", "09506232"),
    ("GB-COH", "9506232", "09506232"),
    ("GB-COH", "sc123456", "SC123456"),
    ("GB-COH", "SC 12345", "SC012345"),
    ("GB-SC", "SC042386", "SC042386"),
    ("GB-SC", "sc42386", "SC042386"),
    ("GB-SC", "042386", "SC042386"),
    ("GB-NIC", "NIC100019", "100019"),
    ("GB-MPR", "ip031455", "IP031455"),
    ("GB-UKPRN", "10000346", "10000346"),
    ("GB-NHS", "qgh", "QGH"),
    ("GB-PPON", "PXBN-3793-LCTQ", "PXBN-3793-LCTQ"),
    ("GB-PPON", "gb-ppon:pxbn-3793-lctq", "PXBN-3793-LCTQ"),
    ("GB-PPON", "GB-PPON-PXBN-3793-LCTQ", "PXBN-3793-LCTQ"),
    ("GB-PPON", "ABCD-0123-EF45", "ABCD-0123-EF45"),
]
WRONG = [
    ("GB-CHC", "12345"),
    ("GB-CHC", "12345678"),
    ("GB-CHC", "0000000"),
    ("GB-CHC", "10900A5"),
    ("GB-CHC", "١٠٩٠٠٩٥"),
    ("GB-CHC", "1090095\n1090096"),
    ("GB-COH", "123456789"),
    ("GB-COH", "ABC12345"),
    ("GB-COH", "00000000"),
    ("GB-SC", "SC1234567"),
    ("GB-SC", "AB123456"),
    ("GB-NIC", "12345"),
    ("GB-MPR", "'; drop table"),
    ("GB-UKPRN", "1000034"),
    ("GB-NHS", "QG"),
    ("GB-PPON", "PXBN-3793"),
    ("GB-PPON", "PXBN37A3LCTQ"),
    ("GB-PPON", "ABCD-3793-LC_Q"),
    *((scheme, "") for scheme in IdentifierScheme.values),
    *((scheme, "9" * 10_000) for scheme in IdentifierScheme.values),
]


@pytest.mark.parametrize(("scheme", "typed", "kept"), RIGHT)
def test_a_number_is_kept_in_one_way_however_it_is_typed(scheme, typed, kept):
    assert normalised(IdentifierScheme(scheme), typed) == kept


@pytest.mark.parametrize(("scheme", "typed"), WRONG)
def test_a_number_without_the_shape_is_refused_with_an_example(scheme, typed):
    with pytest.raises(Refused) as refusal:
        normalised(IdentifierScheme(scheme), typed)

    assert refusal.value.field == "value"
    assert refusal.value.message == MESSAGES[scheme]


@pytest.mark.parametrize(("scheme", "typed", "kept"), RIGHT)
def test_what_is_kept_is_kept_again_unchanged(scheme, typed, kept):
    assert normalised(IdentifierScheme(scheme), kept) == kept
    assert is_well_formed(scheme, kept)


def test_every_register_has_a_shape_and_a_message():
    assert set(SHAPES) == set(MESSAGES) == set(IdentifierScheme)
