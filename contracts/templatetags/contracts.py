"""Pieces that the pages of a contract share: `{% load contracts %}`."""

from django import template
from django.utils.translation import gettext_lazy as _

from contracts.states import ContractState
from framework_portal import navigation
from framework_portal.templatetags.portal import tag

register = template.Library()

# The pages of one contract in their order: words, and the name of the page for each audience.
# A page that an audience has not got is left out. Each takes the contract's `reference`.
TABS = [
    (_("Obligations"), "contract"),
    (_("Agreement"), "contract_agreement"),
    (_("Subcontracts"), "contract_subcontracts"),
    (_("Changes"), "case_list"),
    (_("Quarters"), "quarter_list"),
    (_("Annual reports"), "chain_report_list"),
]


@register.simple_tag
def contract_state(contract):
    """The stored state of `contract` in words, with its colour."""
    if contract.is_history:
        return tag(_("History"), "grey")
    if contract.state == ContractState.TERMINATED and contract.signed_on is None:
        return tag(_("Refused, never signed"), "red")
    colours = {ContractState.DRAFT: "yellow", ContractState.SIGNED: "green"}
    return tag(contract.get_state_display(), colours.get(contract.state, "red"))


@register.inclusion_tag("contracts/_contract_tabs.html", takes_context=True)
def contract_tabs(context, contract):
    """The links between the pages of `contract`, for the audience whose page this is."""
    request = context["request"]
    audience = request.resolver_match.namespace
    found = [
        (words, navigation.address(f"{audience}:{name}", reference=contract.reference))
        for words, name in TABS
    ]
    # The first tab lies above all others: it is current on its own page alone.
    first = found[0][1]
    under = [
        url
        for _words, url in found
        if url and request.path.startswith(url) and (url != first or request.path == first)
    ]
    return {
        "tabs": [
            {"words": words, "url": url, "active": url == max(under, key=len, default="")}
            for words, url in found
            if url
        ]
    }
