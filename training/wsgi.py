"""The WSGI application that the web server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "training.settings")
application = get_wsgi_application()

# Importable only once the apps are loaded.
from training.administration.demo import refuse_demo_in_public  # noqa: E402

refuse_demo_in_public()
