"""Leads: the organisations that awards name, and the teams they name in lot after lot."""

import hashlib
from collections import Counter

from django.urls import reverse
from django.utils.text import slugify

from bids.models import Award
from bids.states import Decision


def lead_slug(name):
    """A lead's name for addresses: leads of history have a name and nothing else."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{slugify(name)[:60]}-{digest}".lstrip("-")


def lead_address(name):
    return reverse("public:lead", args=[lead_slug(name)])


def find_lead(slug):
    """The name of the lead with this slug among public awards, refused ones too, or None."""
    names = Award.objects.told().filter(decision=Decision.AWARD).order_by()
    found = (name for name in names.values_list("lead_name", flat=True).distinct())
    return next((name for name in found if lead_slug(name) == slug), None)


def team_pattern(awards):
    """What comparing the supply chains of one lead's lots shows.

    `awards` have `subcontractor_names`. Nothing but names is compared: what it means is for the
    reader to ask.
    """
    teams = [frozenset(award.subcontractor_names) for award in awards]
    times = Counter(name for team in teams for name in team)
    base = frozenset.intersection(*teams) if len(teams) > 1 else frozenset()
    repeated = Counter(team for team in teams if team)
    team, most = repeated.most_common(1)[0] if repeated else (frozenset(), 0)
    return {
        "lots": len(teams),
        "alone": sum(not team for team in teams),
        "base": sorted(base),
        "times": sorted(times.items(), key=lambda pair: (-pair[1], pair[0])),
        "same": most if most > 1 else 0,
        "same_team": sorted(team) if most > 1 else [],
    }
