"""What a sealed offer or draft is bound to: an envelope moved to another bid does not open."""


def identity(bid):
    """The identities that `bid`'s sealed rows carry as associated data."""
    return {
        "competition": str(bid.lot.competition.reference),
        "lot": str(bid.lot.reference),
        "bid": str(bid.reference),
        "supplier": str(bid.supplier.reference),
    }
