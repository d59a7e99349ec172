"""A regional commissioner drafts a competition of 42 lots in the browser and publishes it."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from framework_portal.sealing import shares
from lots.models import Competition
from lots.states import CompetitionState
from tests.factories import (
    CategoryFactory,
    FrameworkFactory,
    OfficerFactory,
    PoliceAreaFactory,
    opener_key,
)
from tests.lots.pages import of, parts, signed_in, text
from tests.lots.ready import midday

pytestmark = pytest.mark.django_db


def save(client, competition, name, data, **kwargs):
    competition.refresh_from_db()
    data = {"edition": competition.edition, "save": "1", **data}
    response = client.post(of(competition, name, **kwargs), data)
    assert response.status_code == 302, re.findall(
        r"error-message[^>]*>(.*?)</p>|error-summary__list\">(.*?)</ul>", text(response), re.S
    )
    return response


def test_from_nothing_to_forty_two_published_lots():
    FrameworkFactory()
    category = CategoryFactory(name="Personal wellbeing")
    PoliceAreaFactory.create_batch(42)
    officer = OfficerFactory()
    openers = [officer.user]
    openers += [OfficerFactory(commissioner=officer.commissioner).user for _ in range(2)]
    for user in openers:
        opener_key(user)
    client = signed_in(officer.user)

    client.post(
        reverse("commissioner:competition_start"),
        {"title": "Wellbeing", "kind": "grant", "legal_power": "Section 6 of an Act"},
    )
    competition = Competition.objects.get()
    save(
        client,
        competition,
        "competition_basics",
        {
            "title": "Wellbeing",
            "summary": "Help",
            "description": "What we buy",
            "kind": "contract",
            "legal_power": "left over",
            "contact_email": "team@test.example",
        },
    )
    save(client, competition, "competition_categories", {"categories": [category.slug]})
    save(
        client,
        competition,
        "competition_timetable",
        {
            **parts("clarifications_close_at", midday(20)),
            **parts("closes_at", midday(30)),
            **parts("opening_due_at", midday(31)),
            **parts("award_due_on", midday(60).date()),
            **parts("service_starts_on", midday(120).date()),
            **parts("service_ends_on", midday(900).date()),
            "extension_months": "12",
        },
    )
    save(
        client,
        competition,
        "competition_criteria",
        {
            "form-TOTAL_FORMS": "3",
            "form-INITIAL_FORMS": "0",
            "form-0-kind": "gate",
            "form-0-name": "Declarations",
            "form-1-kind": "quality",
            "form-1-name": "Quality",
            "form-1-weight": "70",
            "form-2-kind": "price",
            "form-2-name": "Price",
            "form-2-weight": "30",
            "highest_mark": "5",
        },
    )
    quality = competition.criteria.get(kind="quality")
    question = {"text": "How will you do it?", "word_limit": "750"}
    save(client, competition, "question_add", question, criterion=quality.reference)
    save(
        client,
        competition,
        "document_list",
        {
            "title": "Specification",
            "upload": SimpleUploadedFile("spec.csv", b"a,b\r\n1,2\r\n", "text/csv"),
        },
    )
    lots = {
        "split": "police_area",
        "title_pattern": "[category]: [area]",
        "categories": [category.slug],
        "sex": "any",
        "value": "£716,539",
    }
    save(client, competition, "lots_make", lots)
    chosen = {"openers": [str(user.reference) for user in openers]}
    save(client, competition, "competition_openers", chosen)
    tasks = text(client.get(of(competition, "competition_detail")))
    check = text(client.get(of(competition, "competition_publish")))
    competition.refresh_from_db()
    sent = {"edition": competition.edition, "save": "1", "is_sure": "on", "wants_recovery": "on"}
    panel = text(client.post(of(competition, "competition_publish"), sent))
    later = text(client.get(of(competition, "competition_published")))

    competition.refresh_from_db()
    assert competition.state == CompetitionState.PUBLISHED
    assert competition.lots.count() == 42
    assert (competition.kind, competition.legal_power) == ("contract", "")
    assert "You have completed 8 of 8 parts." in tasks
    assert "42 lots, £30,094,638" in check
    assert "42 lots have fewer than three matching suppliers" in check
    assert competition.number in panel
    # Shown once, on the answer to the button, and nowhere again.
    assert panel.count("<li><code") == shares.WORDS
    assert "recovery words" not in later
