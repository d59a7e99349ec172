"""Making an account through a link that proves whose mailbox it was sent to."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.signup import complete_signup
from allauth.core.exceptions import ImmediateHttpResponse
from django.db import IntegrityError, transaction


def sign_up(request, form, *, to):
    """Make the account that the valid `form` (ProvedSignUpForm) asks for, and sign in.

    Answers the response that leads on to `to`; None where the address has an account by now.
    """
    if form.account_already_exists:
        return None
    get_adapter().stash_verified_email(request, form.cleaned_data["email"])
    try:
        with transaction.atomic():
            user = form.save(request)
    except IntegrityError:  # sent twice at the same moment
        return None
    try:
        return complete_signup(request, user=user, redirect_url=to)
    except ImmediateHttpResponse as answer:
        return answer.response
