"""Where an organisation stands in the framework, and how an application to join begins."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from framework_portal import clock
from framework_portal.access import allow
from framework_portal.reference.models import Framework
from framework_portal.refusals import Refused
from suppliers.actions.joining import start_application
from suppliers.selectors import standing
from suppliers.states import APPLICATION
from suppliers.views.supplier.finding import may_edit, own_supplier
from suppliers.views.supplier.organisation import chosen_or_choice


@require_safe
@allow("suppliers.use_supplier_pages")
def qualification_list(request):
    """Where the person's organisation stands; a choice where there are several."""
    return chosen_or_choice(request, "supplier:joining")


@require_safe
@allow("suppliers.use_supplier_pages")
def joining(request, reference):
    """Where the organisation stands in each category, and what to do next."""
    supplier, at = own_supplier(request, reference), clock.now()
    applications = list(supplier.applications.for_list().order_by("-started_at"))
    live = next((one for one in applications if APPLICATION.allows("withdraw", one.state)), None)
    qualifications = supplier.qualifications.select_related("category").order_by("category")
    context = {
        "supplier": supplier,
        "framework": Framework.objects.current(),
        "at": at,
        "qualifications": list(qualifications),
        "notices": list(standing.open_notices(supplier)),
        "applications": applications,
        "live": live,
        "is_in": live is not None and not APPLICATION.allows("edit", live.state),
        "regions": standing.areas_by_region(supplier.areas.all()),
        "findings": standing.findings_to_mend(supplier),
        "may_edit": may_edit(request, supplier),
        "contact": settings.CONTACT_ADDRESS,
    }
    return render(request, "suppliers/supplier/joining.html", context)


@require_POST
@allow("suppliers.use_supplier_pages")
def application_start(request, reference):
    supplier = own_supplier(request, reference, "suppliers.apply")
    try:
        application = start_application(supplier=supplier, by=request.user, at=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("supplier:joining", reference=supplier.reference)
    return redirect("supplier:application_detail", reference=application.reference)
