"""Only what a test run must replace."""

import os

os.environ.setdefault("DEBUG", "1")

from framework_portal.settings import *  # noqa: E402, F403

DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Static files come from where they lie; nothing is collected for a test.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
