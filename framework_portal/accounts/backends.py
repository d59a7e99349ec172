"""Who somebody is, by address and password."""

from allauth.account.auth_backends import AuthenticationBackend


class AddressAndPassword(AuthenticationBackend):
    """Allauth's, without Django's table of permissions.

    What a person may do is said by rules, in code. Asking the empty table as well would cost two
    queries at every no.
    """

    def get_all_permissions(self, user_obj, obj=None):
        return set()

    def get_user_permissions(self, user_obj, obj=None):
        return set()

    def get_group_permissions(self, user_obj, obj=None):
        return set()
