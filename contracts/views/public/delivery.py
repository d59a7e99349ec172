"""What was promised to supply chains, and what was delivered."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.charts import bar_chart
from contracts.disclosure import FEWEST
from contracts.selectors.delivery import Delivery
from contracts.sheets import sheet
from framework_portal.freshness import public_page
from framework_portal.wording import quarter_name

# In a chart, on a phone, there is room for few words.
LOOKS = {
    "lead": (gettext_lazy("Lead, or not confirmed"), "solid"),
    "voluntary": (gettext_lazy("Voluntary and social"), "hatched"),
    "small": (gettext_lazy("Small firms"), "dotted"),
    "other": (gettext_lazy("Larger or unknown"), "plain"),
}


@public_page
def delivery(request):
    """Over all and by lead, by quarter, and where the money goes. There is nothing to filter."""
    told = Delivery(at=request.at)
    quarters = [
        {"words": quarter_name(day), "promised": promised, "delivered": delivered}
        for day, promised, delivered in told.by_quarter
    ]
    money = told.money
    context = {
        "delivery": told,
        "fewest": FEWEST,
        "quarters": quarters,
        "quarter_chart": quarter_chart(quarters),
        "money": money,
        "money_chart": money_chart(money),
    }
    return render(request, "contracts/public/delivery.html", context)


def quarter_chart(quarters):
    """Promise above delivery, a pair of bars for each quarter."""
    return bar_chart(
        "by-quarter",
        title=_("Promised and delivered share by quarter"),
        summary=_(
            "Two bars for each quarter: the share of the money promised to key subcontractors,"
            " and the share that reached them. The figures stand in the table that follows."
        ),
        groups=[
            (
                each["words"],
                [
                    (_("Promised"), each["promised"], "hatched"),
                    (_("Delivered"), each["delivered"], "solid"),
                ],
            )
            for each in quarters
        ],
        written=share,
        unknown=_("None"),
    )


def money_chart(money):
    """A bar for each kind of organisation."""
    return bar_chart(
        "money",
        title=_("Where the money goes"),
        summary=_(
            "A bar each for the lead and for each kind of key subcontractor. The figures stand in"
            " the table that follows."
        ),
        groups=[
            ("", [(LOOKS[key][0], part, LOOKS[key][1])]) for key, _words, _pounds, part in money
        ],
        written=share,
        unknown=_("None"),
    )


def share(value):
    """22.5%."""
    return f"{value.normalize():f}%"


@public_page
def delivery_file(request):
    """The figures by lead, and over all, as a file."""
    told = Delivery(at=request.at)
    head = [
        _("Lead"),
        _("Accepted reports"),
        _("Reports counted"),
        _("Organisations"),
        _("Share promised, in per cent"),
        _("Share delivered, in per cent"),
        _("People promised"),
        _("People referred"),
        _("Invoices paid on time, in per cent"),
    ]
    rows = [[row.name, row.accepted, *_figures(row.figures)] for row in told.by_lead]
    return sheet(
        "delivery.csv", head, [[_("All leads"), told.accepted, *_figures(told.totals)], *rows]
    )


def _figures(figures):
    if figures is None:
        return [_("withheld"), *[""] * 6]
    return [
        figures.reports,
        figures.organisations,
        figures.promised_share,
        figures.delivered_share,
        figures.promised_volume,
        figures.referrals,
        figures.on_time,
    ]
