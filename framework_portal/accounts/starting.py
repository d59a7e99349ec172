"""Where people begin after signing in. The one place that knows; pages that are not there yet are
passed over."""

from django.urls import NoReverseMatch, reverse

# The first permission held decides.
FIRST_PAGES = [
    ("lots.use_commissioner_pages", "commissioner:competition_list"),
    ("suppliers.use_assessor_pages", "assessor:application_list"),
    ("contracts.use_integrity_pages", "integrity:report_list"),
    ("suppliers.use_supplier_pages", "supplier:dashboard"),
]
NEWCOMERS = "supplier:organisation_register"


def first_page(user):
    """The address of the page that `user` begins at."""
    names = [] if user.is_superuser else [name for perm, name in FIRST_PAGES if user.has_perm(perm)]
    if user.is_staff:
        names.append("admin:index")
    elif not names:
        names.append(NEWCOMERS)
    return next(filter(None, map(_address, names)), None) or reverse("account_home")


def _address(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
