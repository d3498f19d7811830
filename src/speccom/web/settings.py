"""Django's settings: nothing is on that the product does not use.

What the environment may say: SPECCOM_HOME is where run folders are; SPECCOM_DEMONSTRATION=1 marks
everything as a demonstration; DATABASE_URL names a PostgreSQL database, where one is used instead of the file
in the home; SPECCOM_SCANNER says where a virus scanner is; SPECCOM_HTTPS=1 says that a proxy with TLS stands
before the server, SPECCOM_HOSTS then naming the hosts it answers for. SPECCOM_ADDRESS is where people find
the pages, for links in messages, if not at the first of these, and SPECCOM_LETTERS_FROM whom messages come
from. SPECCOM_REQUESTS_A_MINUTE is how often somebody may ask. SPECCOM_SECRET_KEY is only needed where several
processes serve together.
"""

import os
import secrets
from datetime import timedelta

from csp.constants import NONCE, NONE, SELF

from speccom.web.database import database
from speccom.web.home_folder import product_home

DEBUG = False
HTTPS = os.environ.get("SPECCOM_HTTPS") == "1"
DEMONSTRATION = os.environ.get("SPECCOM_DEMONSTRATION") == "1"
SPECCOM_HOME = product_home()

# `speccom serve` keeps a key in the home; what is signed with a key of the process’s own does not outlive it.
SECRET_KEY = os.environ.get("SPECCOM_SECRET_KEY") or secrets.token_urlsafe(64)
_HOSTS = [each for each in os.environ.get("SPECCOM_HOSTS", "").split(",") if each]
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *_HOSTS]

ROOT_URLCONF = "speccom.web.urls"
WSGI_APPLICATION = "speccom.web.wsgi.application"
APPEND_SLASH = False
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "speccom.directory",
    "speccom.casework",
    "speccom.analysis.rule_editor",
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
    "allauth.account.middleware.AccountMiddleware",
    # The gate's refusals come before Django's own page about forgeries.
    "speccom.web.gate.Gate",
    "django.middleware.csrf.CsrfViewMiddleware",
    "axes.middleware.AxesMiddleware",
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

# In the database, so that several processes count attempts and used codes together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "counted",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
_PASSWORDS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_PASSWORDS}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": f"{_PASSWORDS}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": f"{_PASSWORDS}.CommonPasswordValidator"},
    {"NAME": "speccom.directory.sign_in.password_rules.NoHouseWords"},
    {"NAME": "speccom.directory.sign_in.breached.NotBreached"},
]

# How long a session lasts, at most and while nothing happens.
SESSION_AT_MOST = timedelta(hours=12)
SESSION_IDLE_AT_MOST = timedelta(minutes=30)
SESSION_ENGINE = "speccom.directory.session_store"
SESSION_COOKIE_AGE = int(SESSION_AT_MOST.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

ACCOUNT_ADAPTER = "speccom.directory.sign_in.adapter.AccountAdapter"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,5/5m/key"}
MFA_ADAPTER = "speccom.directory.sign_in.adapter.SecondFactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up: an administrator has entered the address
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # without TLS only this computer itself is served

# Attempts at a password are counted in the database, so that several processes count together.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "speccom.directory.sign_in.lockout.whom"
AXES_WHITELIST_CALLABLE = "speccom.directory.sign_in.known_browser.is_known"  # allauth counts these
AXES_LOCKOUT_CALLABLE = "speccom.directory.sign_in.lockout.locked"
AXES_ENABLE_ADMIN = False

# Letters lie in the outbox until a service brings them away.
EMAIL_BACKEND = "speccom.web.outbox.Outbox"
# Links in them never lead to where a request says that it was sent, which a stranger can say as they like.
_FOUND_AT = f"https://{_HOSTS[0]}" if HTTPS and _HOSTS else "http://127.0.0.1:8000"
SITE_ADDRESS = os.environ.get("SPECCOM_ADDRESS", _FOUND_AT).rstrip("/")
DEFAULT_FROM_EMAIL = os.environ.get("SPECCOM_LETTERS_FROM", "speccom@localhost")

# Documents of cases: what differs from `Limits`, and the virus scanner, `clamd://host:port` or
# `clamd:///path/of/its/socket`.
DOCUMENT_LIMITS: dict[str, int] = {}
SCANNER = os.environ.get("SPECCOM_SCANNER", "")
FILE_UPLOAD_HANDLERS = ["speccom.casework.documents.uploads.WithinLimits"]
DATA_UPLOAD_MAX_NUMBER_FILES = 1

# What somebody may ask for in a minute; 0 for no limit.
REQUESTS_A_MINUTE = int(os.environ.get("SPECCOM_REQUESTS_A_MINUTE", "600"))

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^api/"]  # a program that asks without TLS is told so by the gate
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# A name that a browser takes only from this host itself, over TLS.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
KNOWN_BROWSER_COOKIE_NAME = "__Host-known" if HTTPS else "known"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # so that a link in a letter finds its reader signed in
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
# Not "Strict": a browser that comes by a link from elsewhere would be given another secret, and the forms
# that lie open in its other tabs would be refused.
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "speccom.web.errors.form_refused"

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
    "formatters": {"one_line": {"()": "speccom.web.log_lines.OneLine"}},
    "handlers": {"standard_error": {"class": "logging.StreamHandler", "formatter": "one_line"}},
    "root": {"handlers": ["standard_error"], "level": "WARNING"},
    "loggers": {
        "speccom.security": {"level": "INFO"},
        # A wrong address is the visitor's slip and has its own page; only our own faults are worth a line.
        "django.request": {"level": "ERROR"},
        "waitress.queue": {"level": "ERROR"},
        # What these would say, with addresses of people or pages, `speccom.security` says without them.
        "axes": {"level": "ERROR"},
        "django.security.csrf": {"level": "CRITICAL"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
