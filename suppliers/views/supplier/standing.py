"""Being heard before a removal."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from suppliers.actions.standing import answer_removal_notice
from suppliers.forms.joining import ReplyForm
from suppliers.models import RemovalNotice
from suppliers.views.supplier.finding import may_edit, posted


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
def removal_notice(request, reference):
    """Why we consider removing the organisation, and its answer."""
    found = RemovalNotice.objects.filter(
        qualification__supplier__memberships__user=request.user
    ).select_related("qualification__supplier", "qualification__category")
    notice = get_object_or_404(found, reference=reference)
    supplier = notice.qualification.supplier
    form = ReplyForm(posted(request), initial={"reply": notice.reply})
    if request.method == "POST":
        require(request.user, "suppliers.edit_supplier", supplier)
        if form.is_valid():
            try:
                answer_removal_notice(
                    notice=notice, by=request.user, at=clock.now(), **form.cleaned_data
                )
            except Refused as refusal:
                refuse(form, refusal)
            else:
                messages.success(request, _("We have your answer"))
                return redirect("supplier:joining", reference=supplier.reference)
    context = {
        "notice": notice,
        "supplier": supplier,
        "form": form if notice.settled_at is None and may_edit(request, supplier) else None,
    }
    return render(request, "suppliers/supplier/removal_notice.html", context)
