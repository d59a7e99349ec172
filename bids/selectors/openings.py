"""What was opened of a competition."""

from bids.models import Opening, PriceOpening


def openings_of(competition):
    """Its openings with who acted: one, or everything but the price first and then the prices."""
    return [
        opening
        for model in (Opening, PriceOpening)
        for opening in model.objects.filter(competition=competition).select_related(
            "first_by", "second_by", "approval", "competition"
        )
    ]
