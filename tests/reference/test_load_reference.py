"""`load_reference`: all of the files or nothing, and the same again when it is run again."""

import json
import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from framework_portal.audit.models import AuditEvent
from framework_portal.reference.facts import FOLDER
from framework_portal.reference.models import (
    Area,
    AreaSet,
    Category,
    Framework,
    Holiday,
    Period,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    """A copy of the files, to break."""
    return shutil.copytree(FOLDER, tmp_path / "facts")


def load(folder=FOLDER):
    out = StringIO()
    call_command("load_reference", data=folder, stdout=out)
    return out.getvalue()


def change(folder, file, edit):
    """Let `edit` change what `file` holds, in place."""
    told = json.loads((folder / file).read_text())
    edit(told)
    (folder / file).write_text(json.dumps(told))


def refusal(folder):
    """What the command says of a broken file; nothing may have been written."""
    with pytest.raises(CommandError) as refused:
        load(folder)

    assert refused.value.returncode == 1
    for model in (Framework, Category, AreaSet, Area, Period, Holiday, AuditEvent):
        assert not model.objects.exists(), model
    return str(refused.value)


def test_twelve_regions_forty_two_police_areas_and_fourteen_categories():
    load()

    assert Area.objects.at("region").count() == 12
    assert Area.objects.at("police_area").count() == 42
    assert Category.objects.count() == 14
    assert [area.code for area in Area.objects.at("region")] == list("ABCDEFGHIJKL")
    assert all(area.parent.level.slug == "region" for area in Area.objects.at("police_area"))


def test_a_second_set_of_areas_stands_beside_the_first():
    load()

    assert Area.objects.at("statistical_region").count() == 9
    assert AreaSet.objects.count() == 2


def test_the_traps_of_the_map():
    load()
    police = {area.slug: area for area in Area.objects.at("police_area").select_related("parent")}

    assert police["northamptonshire"].parent.slug == "east-of-england"
    assert police["hampshire"].parent == police["thames-valley"].parent
    assert police["metropolitan"].ons_codes == ["E23000001", "E23000034"]
    assert Area.objects.filter(slug="west-midlands").count() == 3
    assert Area.objects.filter(slug="greater-manchester").count() == 2


def test_the_framework_has_its_term():
    load()
    framework = Framework.objects.current()

    assert (framework.starts_on.isoformat(), framework.ends_on.isoformat()) == (
        "2020-06-10",
        "2027-06-10",
    )
    assert (framework.extensions_allowed, framework.extension_months) == (3, 12)
    assert Period.objects.get(slug="standstill").working_days == 8
    assert Holiday.objects.filter(on="2026-12-25").exists()


def test_people_are_named_as_they_are_now_and_found_as_the_framework_has_it():
    load()
    category = Category.objects.get(slug="ethnic-minority-people")

    assert category.name == "People from ethnic minorities"
    assert category.official_name == "Black, Asian and Minority Ethnic"


def test_loading_again_changes_nothing_and_leaves_no_evidence_of_change():
    load()
    before = list(Area.objects.values()), list(Category.objects.values())

    said = load()

    assert (list(Area.objects.values()), list(Category.objects.values())) == before
    assert "0 new, 0 changed" in said.splitlines()[-1]
    assert AuditEvent.objects.filter(verb="reference.loaded").count() == 1


def test_a_changed_entry_is_brought_up_to_date(folder):
    load()
    reference = Framework.objects.current().reference

    change(folder, "categories.json", lambda told: told["entries"][0].update(name="A home"))
    change(folder, "framework.json", lambda told: told["framework"].update(extensions_used=1))
    load(folder)

    assert Category.objects.get(slug="accommodation").name == "A home"
    assert Framework.objects.current().extensions_used == 1
    assert Framework.objects.current().reference == reference


def test_a_row_that_the_files_no_longer_hold_is_named_and_nothing_is_changed(folder):
    load()

    def drop(told):
        told["entries"][0]["name"] = "A home"
        del told["entries"][13]
        told["count"] = 13

    change(folder, "categories.json", drop)
    with pytest.raises(CommandError, match="the database also holds “service-user-involvement”"):
        load(folder)

    assert Category.objects.get(slug="accommodation").name == "Accommodation"


def at(*path):
    """A function that puts `value` at `path` of what a file holds; None takes the key away."""

    def edit(told, value):
        for step in path[:-1]:
            told = told[step]
        if value is None:
            del told[path[-1]]
        else:
            told[path[-1]] = value

    return edit


LEVELS = ("area_sets", 0, "levels")
BROKEN = {
    "a missing key": (
        "categories.json",
        at("entries", 1, "description"),
        None,
        "entries “education-training-and-employment”: “description” is missing",
    ),
    "a wrong type": (
        "categories.json",
        at("entries", 2, "number"),
        "three",
        'entries “finance-benefits-and-debt”: “number” must be a whole number, not "three"',
    ),
    "a truth where a number belongs": (
        "framework.json",
        at("framework", "extensions_allowed"),
        True,
        "framework: “extensions_allowed” must be a whole number, not true",
    ),
    "an object where a text belongs": (
        "areas.json",
        at(*LEVELS, 0, "areas", 0, "name"),
        {"en": "North East"},
        "areas “north-east”: “name” must be text",
    ),
    "a duplicate slug": (
        "areas.json",
        at(*LEVELS, 1, "areas", 1, "slug"),
        "cleveland",
        "areas “cleveland”: the slug “cleveland” is there twice",
    ),
    "a duplicate number": (
        "categories.json",
        at("entries", 13, "number"),
        1,
        "entries “service-user-involvement”: the number 1 is there twice",
    ),
    "an unknown parent": (
        "areas.json",
        at(*LEVELS, 1, "areas", 0, "parent"),
        "region:atlantis",
        "areas “cleveland”: the parent “region:atlantis” is not an area of the level above",
    ),
    "a wrong count": (
        "areas.json",
        at(*LEVELS, 1, "count"),
        43,
        "levels “police_area”: “count” says 43 and there are 42",
    ),
    "a kind that is none": (
        "categories.json",
        at("entries", 0, "kind"),
        "wish",
        "entries “accommodation”: “kind”: ",
    ),
    "a slug that is none": (
        "areas.json",
        at(*LEVELS, 0, "areas", 0, "slug"),
        "North East!",
        "areas “North East!”: “slug”: ",
    ),
    "a name too long": (
        "categories.json",
        at("entries", 0, "name"),
        "A" * 121,
        "entries “accommodation”: “name”: ",
    ),
    "a NUL": ("framework.json", at("framework", "name"), "A\0B", "“name” holds a NUL character"),
    "no date": (
        "framework.json",
        at("framework", "ends_on"),
        "10 June 2027",
        "framework: “ends_on” must be a date like 2026-06-05",
    ),
    "an end before the beginning": (
        "framework.json",
        at("framework", "ends_on"),
        "2019-06-10",
        "framework: it ends before it begins",
    ),
    "a number out of range": (
        "framework.json",
        at("framework", "extension_months"),
        -1,
        "framework: “extension_months” is out of range: -1",
    ),
    "a length in two units": (
        "framework.json",
        at("periods", "entries", 0, "days"),
        8,
        "entries “standstill”: give its length in one of",
    ),
    "a list where an object belongs": (
        "categories.json",
        at("entries", 0),
        ["accommodation"],
        "entries 1: each entry must be an object",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_changes_nothing_and_names_file_entry_and_reason(fault, folder):
    file, edit, value, said = BROKEN[fault]
    change(folder, file, lambda told: edit(told, value))

    message = refusal(folder)

    assert message.startswith(f"Nothing was loaded. {file}: ")
    assert said in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "it is not JSON"),
        (b"", "it is not JSON"),
        (b"[]", "the file must hold an object"),
        (b"\xff\xfe", "it is not UTF-8 text"),
        (b"[" * 100_000, "areas.json: it is "),
        (None, "there is no such file"),
    ],
)
def test_a_file_that_is_no_json_object_is_refused(content, said, folder):
    file = folder / "areas.json"
    file.unlink() if content is None else file.write_bytes(content)

    message = refusal(folder)

    assert message.startswith("Nothing was loaded. areas.json: ")
    assert said in message


def test_what_only_the_database_sees_is_refused_without_a_traceback(folder):
    load()

    def swap(told):
        told["entries"][0]["number"], told["entries"][1]["number"] = 2, 1

    change(folder, "categories.json", swap)
    with pytest.raises(CommandError, match="The database refused it"):
        load(folder)


def test_another_framework_loads_from_its_own_folder(tmp_path):
    entry = {"source": "ours", "name": "One", "slug": "one"}
    files = {
        "framework.json": {
            "framework": entry
            | {
                "summary": "A framework",
                "legal_basis": "An act",
                "starts_on": "2026-01-01",
                "ends_on": "2030-01-01",
                "extensions_allowed": 0,
                "extension_months": 0,
                "extensions_used": 0,
            },
            "periods": {"count": 0, "entries": []},
        },
        "categories.json": {"count": 0, "entries": []},
        "areas.json": {
            "area_sets": [
                entry | {"levels": [entry | {"plural": "Ones", "count": 1, "areas": [entry]}]}
            ]
        },
    }
    for name, told in files.items():
        (tmp_path / name).write_text(json.dumps(told))

    load(tmp_path)

    assert Framework.objects.current().slug == "one"
    assert [area.key for area in Area.objects.select_related("level")] == ["one:one"]
