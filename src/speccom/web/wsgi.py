"""The product as a WSGI application: pages from Django, the few files they fetch from WhiteNoise."""

import os

from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

from speccom.interface.assets import STATIC_FOLDER, VERSION, nhsuk_folder

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "speccom.web.settings")

ALWAYS = "public, max-age=31536000, immutable"
_FETCHED = (f"nhsuk-frontend-{VERSION}.min.css", "nhsuk-frontend.min.js")


def make_application() -> WhiteNoise:
    """Return the whole application. Raises Problem where set-up did not bring NHS.UK frontend's files."""
    folder = nhsuk_folder()
    application = WhiteNoise(get_wsgi_application(), max_age=3600)
    application.add_files(str(STATIC_FOLDER / "speccom"), prefix="assets/speccom/")
    application.add_files(str(folder / "assets" / "images"), prefix="assets/images/")
    for name in _FETCHED:
        application.add_file_to_dictionary(f"/assets/nhsuk/{name}", str(folder / name))
    return application


application = make_application()
