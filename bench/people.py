"""Bidders who are signed in, and what they are going to do."""

import time

from django.conf import settings
from django.test import Client

from bench.steps import WORDS
from framework_portal.accounts.models import User
from lots.models import Lot, Question


def cookies(user):
    """The cookies of somebody who has just signed in."""
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def bidders(count, *, first, journeys):
    """`count` bidders, each with so many lots to bid for that they have not bid for yet."""
    users = User.objects.filter(email__endswith="@bench.example").order_by("pk")
    lots = list(
        Lot.objects.filter(title__startswith="Bench competition")
        .select_related("competition")
        .order_by("-pk")[: journeys + first * journeys + count]
    )
    questions = {}
    for question in Question.objects.filter(
        criterion__competition__in={lot.competition_id for lot in lots}
    ).select_related("criterion"):
        questions.setdefault(question.criterion.competition_id, []).append(question)
    return [
        {
            "cookies": cookies(user),
            "journeys": [
                journey(lots[first * journeys + number], questions) for number in range(journeys)
            ],
        }
        for user in users[first : first + count]
    ]


def journey(lot, questions):
    """Start, two answers, price, subcontractors, files looked at, submit: path and form."""
    bid = "/supplier/bids/{bid}"
    asked = questions[lot.competition_id]
    return [
        (f"/supplier/lots/{lot.reference}/bid/", {}),
        *((f"{bid}/questions/{question.reference}/", {"text": WORDS}) for question in asked),
        (f"{bid}/price/", {"price": "99000"}),
        (f"{bid}/subcontractors/", {"uses": "no"}),
        (f"{bid}/files/", None),
        (f"{bid}/submit/", {"declared": "on"}),
    ]


def bare_walkers(count, *, first, journeys):
    """The same people with as many bare pages and posts, the last of them durable."""
    users = User.objects.filter(email__endswith="@bench.example").order_by("pk")
    step, last = ("/bare/step/", {"text": WORDS}), ("/bare/durable/", {"text": WORDS})
    bare = [step, step, step, step, step, ("/bare/step/", None), last]
    return [
        {"cookies": cookies(user), "journeys": [bare] * journeys}
        for user in users[first : first + count]
    ]
