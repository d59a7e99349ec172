"""The days of an agreement. A mistyped year would stand in the contract for good."""

from contracts.models.contract import EARLIEST, LATEST
from framework_portal.forms import GovDateField


class ContractDate(GovDateField):
    """A day that a contract may hold."""

    def __init__(self, **kwargs):
        super().__init__(earliest=EARLIEST, latest=LATEST, **kwargs)
