"""The application that a WSGI server runs."""

from django.core.wsgi import get_wsgi_application

from tongchou.record.project.start import use_settings

use_settings()
application = get_wsgi_application()
