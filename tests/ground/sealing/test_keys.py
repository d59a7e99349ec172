import json
import os
import stat
import threading

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import read_own, seal
from framework_portal.sealing.keys import keyring


@pytest.fixture
def key_file(tmp_path, settings):
    settings.SEALING_KEY_FILE = tmp_path / "keys" / "sealing.keys"
    return settings.SEALING_KEY_FILE


def make(path, *args):
    with open(os.devnull, "w") as nowhere:
        call_command("make_sealing_keys", str(path), *args, stdout=nowhere)


def test_the_demonstration_makes_its_own_key_which_only_its_owner_reads(key_file, settings):
    settings.DEBUG = True

    first = keyring().newest

    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert keyring().newest == first


def test_production_does_not_make_up_a_key(key_file):
    with pytest.raises(ImproperlyConfigured, match="make_sealing_keys"):
        keyring()

    assert not key_file.exists()


def test_two_processes_that_start_together_end_up_with_the_same_key(key_file, settings):
    settings.DEBUG = True
    found, start = [], threading.Barrier(8)

    def first_use():
        start.wait()
        found.append(keyring().newest)

    threads = [threading.Thread(target=first_use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(found)) == 1 and len(found) == 8
    assert [path.name for path in key_file.parent.iterdir()] == ["sealing.keys"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_key_file_others_can_read_is_refused(key_file, mode):
    make(key_file)
    key_file.chmod(mode)

    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        keyring()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense\n",
        "[]\n",
        "{}\n",
        '{"id": "a", "key": "dG9vIHNob3J0"}\n',
        '{"id": "a", "key": "not base64!"}\n',
    ],
)
def test_a_broken_key_file_is_named(key_file, text):
    key_file.parent.mkdir()
    key_file.write_text(text)
    key_file.chmod(0o600)

    with pytest.raises(ImproperlyConfigured, match="sealing.keys"):
        keyring()


@pytest.mark.django_db
def test_after_a_rotation_old_rows_stay_readable_and_new_ones_use_the_new_key(key_file):
    make(key_file)
    old = seal({"a": "1"}, purpose="draft", bound_to={})
    make(key_file, "--rotate")
    new = seal({"a": "2"}, purpose="draft", bound_to={})

    assert old.key_id != new.key_id
    assert read_own(old, bound_to={}) == {"a": "1"}
    assert read_own(new, bound_to={}) == {"a": "2"}
    assert len(key_file.read_text().splitlines()) == 2


@pytest.mark.django_db
def test_without_its_key_a_row_is_closed(key_file):
    make(key_file)
    row = seal({"a": "1"}, purpose="draft", bound_to={})
    entry = json.loads(key_file.read_text())
    key_file.unlink()
    make(key_file)

    with pytest.raises(InvalidSeal, match=entry["id"]):
        read_own(row, bound_to={})


def test_the_command_overwrites_no_keys(key_file):
    make(key_file)
    before = key_file.read_text()

    with pytest.raises(CommandError, match="--rotate"):
        make(key_file)
    with pytest.raises(CommandError, match="no key file"):
        make(key_file.with_name("other"), "--rotate")

    assert key_file.read_text() == before
