"""What a sealed offer or draft is bound to: an envelope moved to another bid does not open."""


def identity(bid, sequence=None):
    """The identities that `bid`'s sealed rows carry as associated data.

    What is submitted carries the number of the submission too: no version passes for another.
    """
    bound_to = {
        "competition": str(bid.lot.competition.reference),
        "lot": str(bid.lot.reference),
        "bid": str(bid.reference),
        "supplier": str(bid.supplier.reference),
    }
    return bound_to if sequence is None else bound_to | {"sequence": sequence}


def part_of(question):
    """How a part is named in a draft and its history: by its question, or as the price."""
    return str(question.reference) if question else "price"


def version_identity(version):
    """The same for an earlier version of one part, which opens as that of no other part."""
    return identity(version.bid) | {"part": part_of(version.question)}


def unsaved_identity(unsaved):
    """The same for what one person types of one entry, or of a new one."""
    entry = str(unsaved.entry) if unsaved.entry else "new"
    return identity(unsaved.bid) | {"typed": entry, "person": str(unsaved.person.reference)}


def library_identity(kept):
    """What the sealed row of an answer of the library belongs to."""
    return {"supplier": str(kept.supplier.reference), "library": str(kept.reference)}


def consent_identity(consent, part):
    """The same for what is sealed of a request for consent: its terms, its words, what was signed.

    `part` keeps the one from passing for the other.
    """
    return {"consent": str(consent.reference), "number": consent.number, "part": part}
