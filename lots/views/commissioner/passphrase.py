"""An officer's own opening passphrase: what it is for, setting it, proving it."""

from functools import wraps

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from framework_portal import clock
from framework_portal.access import allow
from framework_portal.accounts.recent import recent_sign_in
from framework_portal.sealing.phrases import suggested
from lots.actions.openers import make_opener_key, prove_opener_key
from lots.checks.openers import duties_of
from lots.forms.base import accepted
from lots.forms.opening import NewPassphraseForm, ProofForm
from lots.selectors import PROOF_HOLDS, key_in_use


def passphrase_page(view):
    """Decorate a view that is sent a passphrase: a fresh sign-in, nothing of it in any report."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @allow("lots.use_commissioner_pages")
    @recent_sign_in
    @never_cache
    @sensitive_post_parameters()
    @wraps(view)
    def page(request, *args, **kwargs):
        return view(request, *args, **kwargs)

    return page


@require_safe
@allow("lots.use_commissioner_pages")
def opening_passphrase(request):
    """Whether there is one, whether it is proven, and the competitions that wait for it."""
    at = clock.now()
    key = key_in_use(request.user)
    proof = key and key.proofs.order_by("-pk").first()
    context = {
        "at": at,
        "key": key,
        "proof": proof,
        "is_proven": bool(proof) and proof.proven_at > at - PROOF_HOLDS,
        "duties": duties_of(request.user, at=at),
    }
    return render(request, "lots/commissioner/opening_passphrase.html", context)


@passphrase_page
def opening_passphrase_set(request):
    """A first passphrase or a new one, typed twice. It is never shown again and never kept."""
    key = key_in_use(request.user)
    form = NewPassphraseForm(request.POST or None)
    if request.method == "POST":

        def act(*, passphrase, passphrase_again):
            return make_opener_key(by=request.user, passphrase=passphrase, at=clock.now())

        if accepted(form, act):
            messages.success(request, _("Your opening passphrase is set. Now prove it once"))
            return redirect("commissioner:opening_passphrase_prove")
    waiting = [duty for duty in duties_of(request.user, at=clock.now()) if duty.standing]
    context = {"form": form, "key": key, "suggestion": suggested(), "waiting": waiting}
    return render(request, "lots/commissioner/opening_passphrase_set.html", context)


@passphrase_page
def opening_passphrase_prove(request):
    """Type it, to show that it is still known."""
    if key_in_use(request.user) is None:
        return redirect("commissioner:opening_passphrase_set")
    form = ProofForm(request.POST or None)
    if request.method == "POST" and accepted(form, prove_opener_key, by=request.user):
        messages.success(request, _("You have proven your opening passphrase"))
        return redirect("commissioner:opening_passphrase")
    return render(request, "lots/commissioner/opening_passphrase_prove.html", {"form": form})
