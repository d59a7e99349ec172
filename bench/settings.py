"""The portal's own settings, in production's manner, with bare pages beside its own."""

from framework_portal.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
# The bench speaks plain http to loopback; its header says what a proxy would have said.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
INSTALLED_APPS = [*INSTALLED_APPS, "bench"]  # noqa: F405
