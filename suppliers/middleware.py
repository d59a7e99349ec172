"""`request.vaults`, the page that says what a locked vault means, and letting newcomers in."""

from django.http import JsonResponse
from django.shortcuts import render

from framework_portal import saving
from framework_portal.accounts.middleware.stash import keep, wants_json
from suppliers.actions.vaults import let_newcomers_in
from suppliers.models import Supplier
from suppliers.selectors.vaults import way_in
from suppliers.vault.opening import VaultLocked, VaultsOfRequest


class OpenVaults:
    """Nothing is asked of the database for pages that ask for no vault."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.vaults = VaultsOfRequest(request)
        response = self.get_response(request)
        self._let_newcomers_in(request)
        return response

    def process_exception(self, request, exception):
        """A page without its content is a page all the same; what was typed is kept."""
        if not isinstance(exception, VaultLocked):
            return None
        if wants_json(request):
            return JsonResponse({"outcome": "vault_locked"})
        if request.method == "POST":
            keep(request)
        supplier = exception.supplier
        context = {
            "supplier": supplier,
            "way_in": way_in(request.user, supplier),
            "home": exception.home,
        }
        return render(request, "suppliers/supplier/vault_locked.html", context)

    def _let_newcomers_in(self, request):
        """Whoever has just signed in, or reads what is kept, lets new colleagues read it too."""
        if getattr(request, "just_signed_in", None) is not None and request.user.is_authenticated:
            for supplier in Supplier.objects.of(request.user):
                self._try(request, supplier)
        for vault in request.vaults.opened():
            if vault.someone_waits:
                with saving.by_the_way():
                    let_newcomers_in(vault=vault, by=request.user)

    def _try(self, request, supplier):
        try:
            request.vaults.of(supplier)
        except VaultLocked:
            return
