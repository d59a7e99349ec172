"""A small rush in every test run; `make rush` is the large one."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_what_was_acknowledged_is_stored_whatever_is_killed(tmp_path):
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    small = ["--bidders", "12", "--before", "6", "--unopened"]

    ended = subprocess.run(
        [sys.executable, "-m", "rush", *small],
        cwd=ROOT,
        env=env | {"PORTAL_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "acknowledged and not stored" in ended.stdout
