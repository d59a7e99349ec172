"""The one place where these pages find things: of the own organisations, or 404."""

from django.shortcuts import get_object_or_404

from framework_portal.access import require
from suppliers.models import Application, Supplier


def own_supplier(request, reference, permission="suppliers.read_supplier"):
    """The organisation with this reference; 404 where it is not the person's own."""
    supplier = get_object_or_404(Supplier.objects.of(request.user), reference=reference)
    require(request.user, permission, supplier)
    return supplier


def own_application(request, reference, permission="suppliers.read_supplier"):
    """The application with this reference; 404 where it is not the person's own."""
    found = Application.objects.of(request.user).select_related("supplier", "framework")
    application = get_object_or_404(found, reference=reference)
    require(request.user, permission, application.supplier)
    return application


def may_edit(request, supplier):
    """Whether to show the person what changes things."""
    return request.user.has_perm("suppliers.edit_supplier", supplier)


def posted(request):
    """What a form is bound to: what was sent, be it nothing at all."""
    return request.POST if request.method == "POST" else None
