"""Every address of the portal. Each app says its own; here they are joined by audience."""

from django.contrib import admin
from django.urls import include, path

from bids.urls import assessor as bids_assessor
from bids.urls import commissioner as bids_commissioner
from bids.urls import public as bids_public
from bids.urls import supplier as bids_supplier
from contracts.urls import commissioner as contracts_commissioner
from contracts.urls import integrity as contracts_integrity
from contracts.urls import public as contracts_public
from contracts.urls import supplier as contracts_supplier
from framework_portal import errors
from framework_portal.accounts.urls import demonstration as accounts_demonstration
from framework_portal.notifications.urls import demonstration as notifications_demonstration
from framework_portal.pages.urls import demonstration as pages_demonstration
from framework_portal.pages.urls import public as pages_public
from framework_portal.watch.urls import public as watch_public
from lots.urls import commissioner as lots_commissioner
from lots.urls import public as lots_public
from suppliers.urls import assessor as suppliers_assessor
from suppliers.urls import commissioner as suppliers_commissioner
from suppliers.urls import public as suppliers_public
from suppliers.urls import supplier as suppliers_supplier

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler429 = errors.too_many  # allauth asks for it
handler500 = errors.server_error


def joined(name, *modules):
    """The addresses of `modules` under one namespace."""
    return include(([pattern for module in modules for pattern in module.urlpatterns], name))


urlpatterns = [
    path(
        "",
        joined(
            "public",
            pages_public,
            watch_public,
            lots_public,
            suppliers_public,
            bids_public,
            contracts_public,
        ),
    ),
    path("supplier/", joined("supplier", suppliers_supplier, bids_supplier, contracts_supplier)),
    path(
        "commissioner/",
        joined(
            "commissioner",
            lots_commissioner,
            suppliers_commissioner,
            bids_commissioner,
            contracts_commissioner,
        ),
    ),
    path("assessor/", joined("assessor", suppliers_assessor, bids_assessor)),
    path("integrity/", joined("integrity", contracts_integrity)),
    path("account/", include("framework_portal.accounts.urls.account")),
    path(
        "demonstration/",
        joined(
            "demonstration",
            accounts_demonstration,
            notifications_demonstration,
            pages_demonstration,
        ),
    ),
    path("admin/", admin.site.urls),
]
