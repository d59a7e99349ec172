"""What everybody may read of the framework, its suppliers and the lots open to them."""

from django.urls import path

from suppliers.views.public import framework, opportunities, register

urlpatterns = [
    path("opportunities/", opportunities.competition_list, name="competition_list"),
    path("framework/", framework.framework, name="framework"),
    path("suppliers/", register.supplier_list, name="supplier_list"),
    path("suppliers/<uuid:reference>/", register.supplier, name="supplier"),
]
