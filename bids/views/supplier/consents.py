"""The pages of an organisation that is named in bids: its terms, its answer, its signed copy."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bids.actions.answering_consents import FirstWordStands, answer_consent, withdraw_consent
from bids.actions.claiming import claim_for
from bids.forms.consents import ConsentForm
from bids.models import ConsentRequest
from bids.selectors import named
from bids.selectors.consents import kept_consent, terms_asked
from bids.selectors.signed_copies import as_json, as_text
from bids.states import ConsentAnswer
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.accounts.recent import recent_sign_in
from framework_portal.refusals import Refused
from suppliers.rules import reads_for
from suppliers.selectors.inviting import waiting_for
from suppliers.selectors.vaults import way_in
from suppliers.vault.opening import VaultLocked


@allow("suppliers.use_supplier_pages")
@require_safe
def consent_start(request):
    """Where every invitation ends: at the terms to answer, or the list where there are several."""
    at = clock.now()
    claim_for(by=request.user, at=at)
    waiting, _agreed, _past = named.entries(named.asked_of(request.user), at=at)
    if len(waiting) == 1:
        return redirect("supplier:consent_detail", reference=waiting[0].request.reference)
    return redirect("supplier:consent_list")


@allow("suppliers.use_supplier_pages")
@require_safe
def consent_list(request):
    """The work that the person's organisations are named for, or asked to be."""
    at = clock.now()
    waiting, agreed, past = named.entries(named.asked_of(request.user), at=at)
    context = {
        "at": at,
        "waiting": waiting,
        "agreed": agreed,
        "past": past,
        "invitations": waiting_for(request.user, at=at),
    }
    return render(request, "bids/supplier/consent_list.html", context)


def _own(request, reference):
    """The request that was put to an organisation of the person, or 404."""
    found = ConsentRequest.objects.visible_to(request.user).select_related(
        "bid__lot__competition", "bid__supplier", "supplier", "terms", "kept", "answered_by"
    )
    return get_object_or_404(found, reference=reference)


@allow("suppliers.use_supplier_pages")
@never_cache
@require_http_methods(["GET", "POST"])
def consent_detail(request, reference):
    """The own terms, what agreeing means, and the answer."""
    consent, at = _own(request, reference), clock.now()
    if request.method == "POST":
        if not _is_the_leads(request, consent):  # whom the action refuses, in words
            require(request.user, "bids.answer_consent", consent)
        return _answer(request, consent, at)
    newer = named.newer_than(consent)
    if newer is not None:
        return redirect("supplier:consent_detail", reference=newer.reference)
    return _page(request, consent, at)


def _is_the_leads(request, consent):
    return reads_for(request.user, consent.bid.supplier)


def _answer(request, consent, at):
    form = ConsentForm(request.POST, lead=consent.bid.supplier.name)
    if not form.is_valid():
        # Whoever typed on a page that is out of date is told so first.
        stale = consent.superseded_at is not None
        return _refused(request, consent, form, at) if stale else _page(request, consent, at, form)
    try:
        done = answer_consent(consent=consent, by=request.user, at=at, **form.said())
    except Refused as refusal:
        if refusal.field:
            form.add_error("change", refusal.message)
            return _page(request, consent, at, form)
        return _refused(request, consent, form, at, refusal)
    if done.answered_by_id != request.user.pk:
        return _refused(request, done, form, at)
    messages.success(request, _("Your answer is sent"))
    return redirect("supplier:consent_detail", reference=consent.reference)


def _refused(request, consent, form, at, refusal=None):
    """Terms that changed, a colleague who was faster, closing: nothing that was typed is lost."""
    consent = _own(request, consent.reference)
    newer = named.newer_than(consent)
    if newer is None or newer.answer:
        words = _("A colleague has answered this already")
        is_its_own = isinstance(refusal, FirstWordStands) or _is_the_leads(request, consent)
        if refusal and (not consent.answer or is_its_own):
            words = refusal.message
        return _page(request, newer or consent, at, words=words, typed=form.typed())
    before = named.seen(consent, form.data.get("seen", ""))
    after = terms_asked(newer)
    data = form.data.copy()
    data["seen"] = named.as_seen(newer, after)
    if data.get("answer") == ConsentAnswer.AGREED:
        del data["answer"]  # it was said of other terms
    form = ConsentForm(data, lead=newer.bid.supplier.name)
    form.full_clean()
    form.helper.form_action = newer_page(newer)
    form.errors.pop("answer", None)
    form.add_error(None, _("The terms changed while you were reading. Check them and answer again"))
    changes = named.changes(before, after) if before else []
    return _page(request, newer, at, form, changes=changes, is_changed=True)


def _page(request, consent, at, form=None, **more):
    state = named.state_of(consent, at=at)
    terms, locked_out = _terms(request, consent)
    may_answer = request.user.has_perm("bids.answer_consent", consent)
    if form is None and state == named.WAITING and may_answer:
        initial = {"seen": named.as_seen(consent, terms)}
        form = ConsentForm(initial=initial, lead=consent.bid.supplier.name)
    context = {
        "consent": consent,
        "lot": consent.bid.lot,
        "competition": consent.bid.lot.competition,
        "lead": consent.bid.supplier,
        "state": state,
        "words_of_state": named.words_of(state),
        "terms": named.shown(terms) if terms else [],
        "way_in": locked_out,
        "relied_on": bool(terms and terms["relied_on"]),
        "form": form if state == named.WAITING else None,
        "may_answer": may_answer,
        "is_the_leads": _is_the_leads(request, consent),
        "is_open": consent.bid.lot.competition.is_open(at=at),
        "is_given": named.still_given(consent),
        "earlier": list(named.earlier_agreements(consent)),
        "at": at,
        "has_errors": bool(more.get("words")),
        **more,
    }
    return render(request, "bids/supplier/consent_detail.html", context)


def _terms(request, consent):
    """(the terms, None); or how the person gets to read them, where they lie in a locked vault."""
    try:
        return terms_asked(consent, request.vaults), None
    except VaultLocked:
        return None, way_in(request.user, consent.supplier)


@allow("suppliers.use_supplier_pages")
@recent_sign_in
@require_http_methods(["GET", "POST"])
def consent_withdraw(request, reference):
    """Take the agreement back, after saying what follows; until closing."""
    consent, at = _own(request, reference), clock.now()
    if _is_the_leads(request, consent):
        return redirect("supplier:consent_detail", reference=reference)
    require(request.user, "bids.answer_consent", consent)
    if not named.still_given(consent):
        return redirect("supplier:consent_detail", reference=reference)
    refusal = None
    if request.method == "POST":
        try:
            withdraw_consent(consent=consent, by=request.user, at=at)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("Your agreement is withdrawn"))
            return redirect("supplier:consent_detail", reference=reference)
    competition = consent.bid.lot.competition
    context = {
        "consent": consent,
        "lot": consent.bid.lot,
        "lead": consent.bid.supplier,
        "competition": competition,
        "is_open": competition.is_open(at=at) and refusal is None,
        "refusal": refusal,
        "has_errors": refusal is not None,
        "at": at,
    }
    return render(request, "bids/supplier/consent_withdraw.html", context)


def _copy(request, reference):
    consent = _own(request, reference)
    signed = kept_consent(consent, request.vaults)
    if signed is None:
        raise Http404
    return consent, signed


@allow("suppliers.use_supplier_pages")
@require_safe
def consent_copy(request, reference):
    """What the organisation agreed to, as the portal signed it."""
    consent, signed = _copy(request, reference)
    context = {
        "consent": consent,
        "lot": consent.bid.lot,
        "lead": consent.bid.supplier,
        "terms": named.shown(signed["statement"]["terms"]),
        "signed": signed,
    }
    return render(request, "bids/supplier/consent_copy.html", context)


@allow("suppliers.use_supplier_pages")
@require_safe
def consent_copy_file(request, reference, form):
    """The same to keep: for programs (json), or to read and print (txt)."""
    consent, signed = _copy(request, reference)
    made = {"json": (as_json, "application/json"), "txt": (as_text, "text/plain; charset=utf-8")}
    if form not in made:
        raise Http404
    write, media_type = made[form]
    name = f"agreement-{str(consent.reference)[:8]}.{form}"
    return HttpResponse(
        write(consent, signed),
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def newer_page(consent):
    """The address at which these terms are answered."""
    return reverse("supplier:consent_detail", kwargs={"reference": consent.reference})
