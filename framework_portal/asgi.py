"""The portal as an ASGI application, for servers that want one."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "framework_portal.settings")
application = get_asgi_application()
