"""Django's settings: nothing is on that the product does not use.

What the environment may say: SPECCOM_HOME is where run folders are; SPECCOM_DEMONSTRATION=1 marks
everything as a demonstration; DATABASE_URL names a PostgreSQL database, where one is used instead of the file
in the home; SPECCOM_HTTPS=1 says that a proxy with TLS stands before the server,
SPECCOM_HOSTS then naming the hosts it answers for. SPECCOM_SECRET_KEY is only needed where several
processes serve together.
"""

import os
import secrets

from csp.constants import NONCE, NONE, SELF

from speccom.web.database import database
from speccom.web.home_folder import product_home

DEBUG = False
HTTPS = os.environ.get("SPECCOM_HTTPS") == "1"
DEMONSTRATION = os.environ.get("SPECCOM_DEMONSTRATION") == "1"
SPECCOM_HOME = product_home()

# Nothing that outlives the process is signed, so a key of the process's own serves.
SECRET_KEY = os.environ.get("SPECCOM_SECRET_KEY") or secrets.token_urlsafe(64)
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *filter(None, os.environ.get("SPECCOM_HOSTS", "").split(",")),
]

ROOT_URLCONF = "speccom.web.urls"
WSGI_APPLICATION = "speccom.web.wsgi.application"
APPEND_SLASH = False
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "speccom.directory",
    "speccom.casework",
    "speccom.web",
]
DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""), SPECCOM_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "directory.Person"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "speccom.directory.signed_in.SignedIn",
    # The gate's refusals come before Django's own page about forgeries.
    "speccom.web.gate.Gate",
    "django.middleware.csrf.CsrfViewMiddleware",
]
TEMPLATES = [
    {
        "NAME": "house",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "OPTIONS": {
            "environment": "speccom.web.house_style.environment",
            "context_processors": ["speccom.web.house_style.every_page"],
        },
    }
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # so that a link in a letter finds its reader signed in
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [NONE],
        "manifest-src": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"standard_error": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["standard_error"], "level": "WARNING"},
    # A wrong address is the visitor's slip and has its own page; only our own faults are worth a line.
    "loggers": {"django.request": {"level": "ERROR"}, "waitress.queue": {"level": "ERROR"}},
}
