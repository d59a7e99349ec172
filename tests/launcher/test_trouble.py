import errno
import os
import resource
import socket
import subprocess
import sys

import pytest

from launcher import ROOT, ports, stamps
from launcher.environment import kept_secret
from launcher.trouble import Trouble, explained, run


def test_a_taken_port_is_named_with_a_free_one():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(Trouble) as trouble:
            ports.listen(port)

    assert f"Port {port} is taken" in str(trouble.value)
    assert "PORT=" in str(trouble.value)


@pytest.mark.parametrize("text", ["", "0", "65536", "eighty", "-1", "8000;"])
def test_a_port_that_is_none_is_refused(text):
    with pytest.raises(Trouble, match="is no port"):
        ports.number(text)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_a_sentence_wherever_it_is_met(code):
    with pytest.raises(Trouble, match="The disk is full: /here"), explained("/here"):
        raise OSError(code, os.strerror(code))


def test_a_full_disk_that_another_program_meets_is_the_same_sentence():
    with pytest.raises(Trouble, match="The disk is full"):
        run(["sh", "-c", "echo 'tar: No space left on device'; exit 2"], doing="Unpacking")


def test_a_program_that_fails_is_quoted_and_one_that_is_missing_is_named():
    with pytest.raises(Trouble, match="Unpacking failed. It said:\n    torn"):
        run(["sh", "-c", "echo torn; exit 1"], doing="Unpacking")
    with pytest.raises(Trouble, match="there is no program no-such-program"):
        run(["no-such-program"], doing="Unpacking")


def test_of_a_traceback_only_the_end_is_quoted():
    program = "import json\ntry: json.loads('')\nexcept ValueError: raise OSError('no table')"

    with pytest.raises(Trouble) as trouble:
        run([sys.executable, "-c", program], doing="Reading")

    assert str(trouble.value) == "Reading failed. It said:\n    OSError: no table"


def test_a_start_on_a_full_disk_ends_in_a_sentence(tmp_path):
    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    done = subprocess.run(
        [sys.executable, "-m", "launcher", "with", "true"],
        cwd=ROOT,
        env=kept | {"PORTAL_VAR": str(tmp_path)},
        preexec_fn=little_room,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert "disk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.glob("test-*")) == []


def test_secrets_of_the_demonstration_are_made_once_and_read_by_nobody_else(tmp_path):
    first = kept_secret(tmp_path / "secret.key")

    assert len(first) >= 50
    assert kept_secret(tmp_path / "secret.key") == first
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_a_stamp_is_fresh_until_what_it_was_made_of_changes(tmp_path):
    source, stamp = tmp_path / "source", tmp_path / "stamp"
    source.mkdir()
    (source / "a").write_text("1")
    stamps.put(stamp, stamps.digest(source))

    assert stamps.is_fresh(stamp, stamps.digest(source))
    (source / "b").write_text("2")
    assert not stamps.is_fresh(stamp, stamps.digest(source))


LOCKS = [*ROOT.glob("requirements*"), ROOT / "package.json", ROOT / "package-lock.json"]


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_no_requirement_or_lock_file_holds_an_address(path):
    assert "://" not in path.read_text()


def test_what_the_portal_runs_on_is_tested_in_the_same_versions():
    def pins(name):
        lines = (ROOT / name).read_text().splitlines()
        return {line.split(" ")[0] for line in lines if "==" in line.split(" ")[0]}

    assert pins("requirements.txt") < pins("requirements-test.txt")


def test_make_help_lists_every_target():
    makefile = (ROOT / "Makefile").read_text()
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True).stdout
    phony = makefile.split(".PHONY:")[1].split("\n")[0].split()

    for target in set(phony) - {"python", "installed", "installed-test"}:
        assert f"make {target} " in listed
