"""Whether the portal is up, for everybody; reports of faults; and the address that watchers ask."""

from django.urls import path

from framework_portal.watch.views import faults, looks, status

urlpatterns = [
    path("service-status/", status.service_status, name="service_status"),
    path("service-status/faults/", faults.fault_list, name="fault_list"),
    path("service-status/faults/report/", faults.fault_report, name="fault_report"),
    path("service-status/faults/<uuid:reference>/", faults.fault, name="fault"),
    path(
        "service-status/faults/<uuid:reference>/answer/", faults.fault_answer, name="fault_answer"
    ),
    path("watch/look/", looks.look_now, name="watch_look"),
]
