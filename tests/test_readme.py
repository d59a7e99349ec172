"""The README tells what there is."""

import re

from launcher import ROOT
from launcher.prepare import READY

README = (ROOT / "README.md").read_text()
READS = re.compile(
    r"(?:env\.\w+|needed|os\.environ\.get|os\.environ)[(\[]\s*[\"']([A-Z_]+)[\"']", re.DOTALL
)
# Told by the system or by the launcher to its own parts, not set by people.
NOT_SET_BY_PEOPLE = {"PATH", "CI", "DJANGO_SETTINGS_MODULE", "DATABASE_APP_URL"}


def test_every_variable_that_is_read_is_in_the_readme():
    files = [ROOT / "gunicorn.conf.py", *(ROOT / "launcher").glob("*.py")]
    files += (ROOT / "framework_portal").rglob("*.py")
    read = {name for file in files for name in READS.findall(file.read_text())}

    table = set(re.findall(r"`([A-Z_]+)`", README))

    assert "SECRET_KEY" in read
    assert read - table - NOT_SET_BY_PEOPLE == set()


def test_it_opens_with_the_two_commands():
    assert README.split("```")[1].split("\n")[1].startswith("make run")
    assert README.split("```")[1].split("\n")[2].startswith("make test")


def test_who_deploys_is_told_every_command_that_makes_a_database_ready():
    steps = README.split("## Deploy it")[1].split("## Figures")[0]

    assert [name for name, *_rest in READY if name not in steps] == []
