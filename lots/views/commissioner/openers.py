"""Who opens the bids of a draft, and the opening passphrases they do it with."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from framework_portal import clock
from framework_portal.access import allow
from framework_portal.accounts.recent import recent_sign_in
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from lots.actions.openers import choose_openers, make_opener_key, prove_opener_key
from lots.forms.base import accepted
from lots.forms.opening import NewPassphraseForm, OpenersForm, ProofForm
from lots.selectors import key_in_use, openers_of, possible_openers
from lots.views.commissioner.own import after, draft_page


@draft_page
def competition_openers(request, competition):
    """Three officers or more, any two of whom open the bids together."""
    initial = {"openers": [str(each.user.reference) for each in competition.openers.all()]}
    form = OpenersForm(
        request.POST or None,
        initial=initial,
        competition=competition,
        possible=possible_openers(competition),
    )

    def act(*, openers):
        return choose_openers(
            competition=competition, openers=openers, by=request.user, edition=form.edition
        )

    if request.method == "POST" and accepted(form, act):
        return after(request, competition)
    context = {
        "competition": competition,
        "form": form,
        "openers": openers_of(competition, at=clock.now()),
    }
    return render(request, "lots/commissioner/competition_openers.html", context)


@allow("lots.use_commissioner_pages")
@recent_sign_in
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def opening_passphrase(request):
    """Set a passphrase, or prove that it is still known. It is never shown and never kept."""
    key = key_in_use(request.user)
    proves = request.method == "POST" and "passphrase_again" not in request.POST
    new = NewPassphraseForm(request.POST if request.method == "POST" and not proves else None)
    proof = ProofForm(request.POST if proves else None, auto_id="prove_%s")
    if new.is_valid() and _made(request, new):
        messages.success(request, _("Your opening passphrase is set. Now prove it once"))
        return redirect("commissioner:opening_passphrase")
    if proof.is_valid() and _proven(request, proof):
        messages.success(request, _("You have proven your opening passphrase"))
        return redirect("commissioner:opening_passphrase")
    context = {
        "key": key,
        "proof": key and key.proofs.order_by("-pk").first(),
        "new": new,
        "prove": proof,
    }
    return render(request, "lots/commissioner/opening_passphrase.html", context)


def _made(request, form):
    passphrase = form.cleaned_data["passphrase"]
    try:
        return make_opener_key(by=request.user, passphrase=passphrase, at=clock.now())
    except Refused as refusal:
        refuse(form, refusal)


def _proven(request, form):
    try:
        return prove_opener_key(by=request.user, passphrase=form.cleaned_data["passphrase"])
    except Refused as refusal:
        refuse(form, refusal)
