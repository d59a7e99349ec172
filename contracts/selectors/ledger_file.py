"""The ledger of a contract as a file: what a letter would lose, with the digest it is known by."""

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from contracts.selectors.ledger import digest_of
from framework_portal.wording import day, exact_moment, pounds

HEAD = [
    gettext_lazy("Key subcontractor"),
    gettext_lazy("Named in the bid as"),
    gettext_lazy("Version"),
    gettext_lazy("Rests on"),
    gettext_lazy("Holds now"),
    gettext_lazy("Ended"),
    gettext_lazy("Role"),
    gettext_lazy("Categories"),
    gettext_lazy("Areas"),
    gettext_lazy("Share of the price in per cent"),
    gettext_lazy("Share of the price in pounds"),
    gettext_lazy("Volume a quarter"),
    gettext_lazy("Paid within, in days"),
    gettext_lazy("Starts on"),
    gettext_lazy("Holds from"),
    gettext_lazy("Relied on"),
    gettext_lazy("Consent signed"),
    gettext_lazy("Recorded"),
    gettext_lazy("Digest of the ledger (SHA-256)"),
]


def ledger_sheet(contract, lines):
    """Head and rows: every version of every line, and on each the digest of the whole."""
    digest = digest_of(contract, lines)
    return HEAD, [[*_row(line, version), digest] for line in lines for version in line.versions]


def _row(line, version):
    entry = version.entry
    return [
        line.subcontractor.name,
        line.subcontractor.named_as,
        entry.number,
        entry.get_basis_display(),
        _yes(version is line.current),
        _yes(entry.is_end),
        entry.role,
        "; ".join(entry.categories),
        "; ".join(entry.areas),
        entry.share_percent,
        entry.share_pounds,
        entry.volume_per_quarter,
        entry.payment_days,
        entry.starts_on,
        entry.in_force_from,
        _yes(entry.relied_on),
        _yes(version.consent is not None and version.consent.is_genuine),
        entry.made_at.isoformat(),
    ]


def _yes(said):
    return _("Yes") if said else _("No")


def ledger_said(agreement, lines, *, at):
    """What the PDF says: the agreement, and each line with its versions, the newest first."""
    contract, today = agreement.contract, timezone.localdate(at)
    digest = digest_of(contract, lines)
    return {
        "title": _("Obligation ledger: %(lot)s") % {"lot": contract.lot.title},
        "author": contract.commissioner.name,
        "language": (get_language() or "en").partition("-")[0],
        "made": [today.year, today.month, today.day],
        "footer": _("Ledger %(digest)s") % {"digest": digest[:16]},
        "pages": _("Page %(page)s of %(pages)s"),
        "lead": _(
            "What the lead owes each key subcontractor. It begins with the winning bid, word for "
            "word, and changes by a granted case alone."
        ),
        "facts": [
            *([*row, False] for row in _agreed(agreement, at)),
            [_("Digest of the ledger (SHA-256)"), digest, True],
            [_("Reference of the contract"), str(contract.reference), True],
        ],
        "parts": [_part(line) for line in lines],
    }


def _agreed(agreement, at):
    contract = agreement.contract
    yield _("Competition"), contract.lot.competition.title
    yield _("Commissioner"), contract.commissioner.name
    yield _("Lead"), contract.lead_name
    yield _("State"), contract.get_state_display()
    if contract.now_value is not None:
        yield _("Value, excluding VAT"), pounds(contract.now_value)
    if contract.starts_on and contract.now_ends_on:
        yield _("First day"), day(contract.starts_on)
        yield _("Last day"), day(contract.now_ends_on)
    if agreement.longest_end:
        yield _("At the longest, with every option left"), day(agreement.longest_end)
    yield _("Made"), exact_moment(at)


def _part(line):
    pieces = []
    for version in reversed(line.versions):
        words = _("Version %(number)s: %(basis)s") % {
            "number": version.entry.number,
            "basis": version.entry.get_basis_display(),
        }
        rows = [[*row, False] for row in _terms(version)]
        pieces += [{"kind": "heading", "words": words}, {"kind": "facts", "rows": rows}]
    heading = line.subcontractor.name
    if line.subcontractor.named_as:
        heading = _("%(name)s (named in the bid as %(typed)s)") % {
            "name": heading,
            "typed": line.subcontractor.named_as,
        }
    return {"heading": heading, "pieces": pieces}


def _terms(version):
    entry, unsaid = version.entry, _("Not stated")
    yield _("Role"), entry.role or unsaid
    yield _("Categories"), version.categories or unsaid
    yield _("Areas"), version.areas or unsaid
    share = unsaid if entry.share_percent is None else f"{entry.share_percent.normalize():f}%"
    if entry.share_pounds is not None:
        share += f", {pounds(entry.share_pounds)}"
    yield _("Share of the price"), share
    yield _("Volume a quarter"), _said(entry.volume_per_quarter)
    yield _("Paid within, in days"), _said(entry.payment_days)
    yield _("Starts"), day(entry.starts_on) if entry.starts_on else unsaid
    if entry.in_force_from:
        yield _("Holds from"), day(entry.in_force_from)
    yield _("Relied on"), _yes(entry.relied_on)
    yield _("Ended"), _yes(entry.is_end)


def _said(number):
    return _("Not stated") if number is None else str(number)
