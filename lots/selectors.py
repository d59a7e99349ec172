"""Reads across models that pages, rules and actions share."""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from framework_portal import wording
from framework_portal.accounts.models import User
from framework_portal.reference.models import Area, Officer
from framework_portal.reference.states import OfficerRole
from framework_portal.sealing import keypairs
from lots.models import Competition, OpenerKey, OpenerProof, Part, SealingKey

# A passphrase that was shown to be known so long ago may be forgotten by now.
PROOF_HOLDS = timedelta(days=30)


def officers_of(competition):
    """The people who act as officers for the competition's body, somewhere."""
    held = Officer.objects.filter(
        commissioner=competition.commissioner, role=OfficerRole.COMMISSIONER
    )
    return User.objects.filter(is_active=True, pk__in=held.values("user"))


def areas_held(user, commissioner):
    """The smallest areas `user` may act for at `commissioner`; None where that is everywhere."""
    offices = Officer.objects.filter(
        user=user, commissioner=commissioner, role=OfficerRole.COMMISSIONER
    )
    if offices.filter(areas__isnull=True).exists():
        return None
    return set(Area.objects.leaves_of(offices.values("areas")).values_list("pk", flat=True))


def first_outside(user, commissioner, areas):
    """The first of `areas` that `user` may not act for, or None."""
    held = areas_held(user, commissioner)
    if held is None:
        return None
    outside = Area.objects.leaves_of([area.pk for area in areas]).exclude(pk__in=held)
    return outside.order_by("name").first()


def lots_within(competition, user, commissioner):
    """The lots of `competition` that lie in the areas `user` may act for at `commissioner`."""
    held = areas_held(user, commissioner)
    lots = competition.lots.order_by("position")
    if held is None:
        return lots
    outside = Area.objects.leaves().exclude(pk__in=held)
    return lots.exclude(areas__in=outside).exclude(areas__parts__in=outside)


def areas_to_choose(user, commissioner):
    """Every area `user` may make lots in at `commissioner`: the larger ones before their parts."""
    held = areas_held(user, commissioner)
    areas = Area.objects.select_related("level__area_set", "parent").prefetch_related("parts")
    ordered = sorted(areas, key=_by_parent)
    if held is None:
        return ordered
    return [area for area in ordered if _leaves(area) <= held]


def _by_parent(area):
    top = area.parent or area
    return (
        area.level.area_set_id,
        top.position,
        top.name,
        area.level.depth,
        area.position,
        area.name,
    )


def _leaves(area):
    return {part.pk for part in area.parts.all()} or {area.pk}


def can_open(user, competition):
    """Whether `user` may be one of those who open `competition`: acts for all its areas."""
    return user.is_active and Competition.objects.run_by(user).filter(pk=competition.pk).exists()


def possible_openers(competition):
    """The officers whom a competition's openers are chosen from."""
    officers = officers_of(competition).order_by("name", "pk")
    return [user for user in officers if can_open(user, competition)]


def key_in_use(user):
    """The key pair that new competitions are sealed for, or None."""
    return OpenerKey.objects.filter(user=user, retired_at=None).select_related("user").first()


def fingerprints(competition):
    """What the keys that bids are sealed to are known by, for people to compare."""
    keys = SealingKey.objects.filter(competition=competition).exclude(part=Part.REHEARSAL)
    return [
        {
            "part": key.part,
            "words": key.get_part_display(),
            "fingerprint": wording.spaced(keypairs.fingerprint(bytes(key.public_key))),
        }
        for key in keys.order_by("pk")
    ]


def openers_of(competition, *, at):
    """The openers chosen in a draft: each with `.key_there` and `.is_proven`, as of `at`."""
    key = OpenerKey.objects.filter(user=OuterRef("user"), retired_at=None)
    proof = OpenerProof.objects.filter(
        key__user=OuterRef("user"), key__retired_at=None, proven_at__gt=at - PROOF_HOLDS
    )
    return (
        competition.openers.annotate(key_there=Exists(key), is_proven=Exists(proof))
        .select_related("user")
        .order_by("user__name", "pk")
    )
