"""State machines as tables."""

from django.utils.translation import gettext_lazy as _

from framework_portal.refusals import Refused


class Lifecycle:
    """A state machine as a table: move -> {the state it leaves: the state it reaches}."""

    def __init__(self, **moves):
        self.moves = moves

    def target(self, move, state):
        """The state that `move` reaches from `state`; refused when there is no such move."""
        try:
            return self.moves[move][state]
        except KeyError:
            raise Refused("illegal_move", _("This can no longer be done")) from None

    def allows(self, move, state):
        """Whether `move` can be made from `state`."""
        return state in self.moves[move]
