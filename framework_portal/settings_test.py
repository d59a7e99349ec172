"""Only what a test run must replace."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("DEBUG", "1")

from framework_portal.settings import *  # noqa: E402, F403

DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Static files come from where they lie; nothing is collected for a test.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

# Keys and documents of a test run lie in a folder of its own, which goes with it.
# It lies in the launcher's folder where there is one: that goes even when we are killed.
_beside = VAR_DIR if os.access(VAR_DIR, os.W_OK) else None  # noqa: F405
VAR_DIR = Path(tempfile.mkdtemp(prefix="portal-test-", dir=_beside))  # noqa: F405
atexit.register(shutil.rmtree, VAR_DIR, ignore_errors=True)
SEALING_KEY_FILE = VAR_DIR / "sealing.keys"
RECEIPT_KEY_FILE = VAR_DIR / "receipts.keys"
DOCUMENT_DIR = VAR_DIR / "documents"

# Each row says what its own wrapping cost, so cheap ones differ in nothing else.
ARGON2_MEMORY_KIB, ARGON2_PASSES, ARGON2_LANES = 8, 1, 1

# A test's transaction counts as one public change, however often it looks.
PUBLIC_PAGES_KEPT = 0
