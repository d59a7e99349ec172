"""The portal as a WSGI application: what gunicorn serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from framework_portal.safety import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "framework_portal.settings")
application = get_wsgi_application()
refuse_unsafe_start(settings)
