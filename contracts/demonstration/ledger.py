"""The contracts that the announced awards of the demonstration led to."""

from contracts.actions.making import make_contracts


def make(stage):
    """Made within the minute after the announcement."""
    with stage.timeline.then(stage.timeline.at(-21, 14)) as at:
        make_contracts(at=at)
