"""The portal as an ASGI application, for servers that want one."""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application

from framework_portal.safety import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "framework_portal.settings")
application = get_asgi_application()
refuse_unsafe_start(settings)
