"""`make run` and `make test`: everything the portal needs on a bare machine, from one command.

Standard library only: the first steps run before anything is installed.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
