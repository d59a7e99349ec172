"""Every move of a competition, from every state."""

import pytest

from framework_portal.refusals import Refused
from lots.states import COMPETITION, CompetitionState

S = CompetitionState
# move: from which states, and where to.
TABLE = {
    "edit": {S.DRAFT: S.DRAFT},
    "publish": {S.DRAFT: S.PUBLISHED},
    "change": {S.PUBLISHED: S.PUBLISHED},
    "open": {S.PUBLISHED: S.OPENED},
    "score": {S.OPENED: S.OPENED},
    "evaluate": {S.OPENED: S.EVALUATED},
    "reopen_evaluation": {S.EVALUATED: S.OPENED},
    "award": {S.EVALUATED: S.AWARDED},
    "abandon": {
        S.DRAFT: S.ABANDONED,
        S.PUBLISHED: S.ABANDONED,
        S.OPENED: S.ABANDONED,
        S.EVALUATED: S.ABANDONED,
    },
}


def test_there_are_no_other_moves():
    assert set(COMPETITION.moves) == set(TABLE)


@pytest.mark.parametrize("state", S.values)
@pytest.mark.parametrize("move", TABLE)
def test_each_move_from_each_state(move, state):
    expected = TABLE[move].get(S(state))

    if expected is None:
        with pytest.raises(Refused) as refusal:
            COMPETITION.target(move, state)
        assert refusal.value.code == "illegal_move"
        assert not COMPETITION.allows(move, state)
    else:
        assert COMPETITION.target(move, state) == expected
        assert COMPETITION.allows(move, state)
