"""The people of the demonstration, and the body that buys in it. All invented."""

from framework_portal.accounts.actions.people import create_person
from framework_portal.accounts.demonstration import (
    OPENING_PASSPHRASE,
    PASSWORD,
    give_second_factor,
    register_demonstration_person,
)
from framework_portal.reference.models import Area, Commissioner, Officer
from framework_portal.reference.states import OfficerRole
from lots.actions.openers import make_opener_key, prove_opener_key

BODY = "Exampleshire Probation Commissioning (demonstration)"


class Cast:
    """Everybody who acts in the demonstration, by the part they play."""

    def __init__(self):
        self.position = 0
        self.body = Commissioner.objects.create(
            name=BODY,
            contact_email="commissioning@exampleshire.example",
            contact_phone="0151 496 0000",
        )
        self.first = self.officer("Olivia Firsthand", "olivia", "Commissioner, all areas")
        self.second = self.officer("Samir Secondly", "samir", "Second commissioner, all areas")
        self.third = self.officer("Tara Thirdly", "tara", "Third commissioner, all areas")
        self.northern = self.officer(
            "Nora Northerly",
            "nora",
            "Commissioner for the North East and the North West only",
            areas=Area.objects.at("region").filter(slug__in=["north-east", "north-west"]),
        )
        self.assessor = self.officer(
            "Asha Weighwell", "asha", "Assessor of applications", role=OfficerRole.ASSESSOR
        )

    def officer(self, name, box, part, *, role=OfficerRole.COMMISSIONER, areas=()):
        """Somebody of the buying body, who signs in with a second factor."""
        user = self.person(name, f"{box}@exampleshire.example", part)
        give_second_factor(user)
        officer = Officer.objects.create(commissioner=self.body, user=user, role=role)
        officer.areas.set(areas)
        return user

    @property
    def openers(self):
        """The three who open bids, any two of them together."""
        return [self.first, self.second, self.third]

    def set_opening_passphrases(self, *, at):
        """The same for all three, and shown to everybody: only here."""
        for user in self.openers:
            make_opener_key(by=user, passphrase=OPENING_PASSPHRASE, at=at)

    def prove_opening_passphrases(self):
        """As each does in the last days before a competition is published."""
        for user in self.openers:
            prove_opener_key(by=user, passphrase=OPENING_PASSPHRASE)

    def administrator(self):
        """Somebody who runs the portal."""
        user = self.person(
            "Ade Ministrator",
            "admin@portal.example",
            "Administrator",
            is_staff=True,
            is_superuser=True,
        )
        give_second_factor(user)
        return user

    def person(self, name, email, part="", **fields):
        """Somebody who can sign in; shown on the page of sign-ins where `part` says who."""
        user = create_person(email=email, name=name, password=PASSWORD, **fields)
        if part:
            self.position += 1
            register_demonstration_person(user=user, role=part, position=self.position)
        return user
