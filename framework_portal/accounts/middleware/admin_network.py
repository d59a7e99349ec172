"""The admin answers only where it is meant to be reached from."""

import ipaddress

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import Http404
from django.urls import reverse


class AdminNetwork:
    """Outside of ADMIN_NETWORKS, if there are any, there is no admin."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        networks = [ipaddress.ip_network(network) for network in settings.ADMIN_NETWORKS]
        if not networks or not request.path.startswith(reverse("admin:index")):
            return
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
        if not any(address in network for network in networks):
            raise Http404
        return
