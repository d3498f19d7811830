"""The product as a WSGI application: pages from Django, the few files they fetch from WhiteNoise."""

import os
import re
import tempfile
from pathlib import Path
from wsgiref.headers import Headers

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from whitenoise import WhiteNoise

from speccom.interface.assets import STATIC_FOLDER, VERSION, nhsuk_folder

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "speccom.web.settings")

_STYLES, _SCRIPT = f"nhsuk-frontend-{VERSION}.min.css", "nhsuk-frontend.min.js"
_made = tempfile.TemporaryDirectory(prefix="speccom-")


def make_application() -> WhiteNoise:
    """Return the whole application. Raises Problem where set-up did not bring NHS.UK frontend's files."""
    folder = nhsuk_folder()
    application = WhiteNoise(
        get_wsgi_application(), max_age=3600, allow_all_origins=False, add_headers_function=_protect
    )
    application.add_files(str(STATIC_FOLDER / "speccom"), prefix="assets/speccom/")
    application.add_files(str(folder / "assets" / "images"), prefix="assets/images/")
    application.add_file_to_dictionary(f"/assets/nhsuk/{_SCRIPT}", str(folder / _SCRIPT))
    application.add_file_to_dictionary(f"/assets/nhsuk/{_STYLES}", str(_without_fonts(folder / _STYLES)))
    return application


def _protect(headers: Headers, path: str, url: str) -> None:
    """Give a file what Django's middleware, which it never passes, gives every page."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Content-Security-Policy"] = (
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )
    headers["Referrer-Policy"] = settings.SECURE_REFERRER_POLICY
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if settings.HTTPS:
        headers["Strict-Transport-Security"] = (
            f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
        )


def _without_fonts(styles: Path) -> Path:
    """Return a copy of the style sheet that fetches no typeface: the NHS's own is not ours to use."""
    text = re.sub(r"@font-face\{[^}]*\}", "", styles.read_text(encoding="utf-8"))
    copy = Path(_made.name) / styles.name
    copy.write_text(text.replace("Frutiger W01,arial", "Arial"), encoding="utf-8")
    return copy


application = make_application()
