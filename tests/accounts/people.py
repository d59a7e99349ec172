"""People who can sign in, and the steps they take."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.test import Client

from framework_portal import clock
from framework_portal.accounts.actions.factors import code_of, give_factor, step_of
from framework_portal.accounts.actions.people import create_person
from framework_portal.accounts.models import Attempts

PASSWORD = "marmot lantern gravel"


def person(email="ada@supplier.example", *, factor=False, **fields):
    fields = {"name": "Ada Wren", "password": PASSWORD} | fields
    user = create_person(email=email, **fields)
    if factor:
        give_factor(user=user)
    return user


def staff(email="sam@portal.example", *, factor=True):
    return person(email, factor=factor, is_staff=True)


def code(user, *, steps=0):
    factor = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    return code_of(decrypt(factor.data["secret"]), step_of(clock.now()) + steps)


def enter(client, user, *, password=PASSWORD, steps=0, follow=False, query=""):
    """Sign in through the pages, with a code where one is asked for."""
    response = client.post(
        f"/account/login/{query}", {"login": user.email, "password": password}, follow=follow
    )
    if response.status_code == 302 and response.url.startswith("/account/2fa/authenticate/"):
        response = client.post(response.url, {"code": code(user, steps=steps)}, follow=follow)
    return response


def entered(user, **kwargs):
    """A browser in which `user` has signed in."""
    client = Client(**kwargs)
    enter(client, user)
    assert is_signed_in(client), "the sign-in did not work"
    return client


def is_signed_in(client):
    return client.get("/account/").status_code == 200


def nobody_waits():
    Attempts.objects.all().delete()
