"""Settings, read from the environment; .env.example lists every variable.

With nothing set, the site runs for one person on this machine: SQLite under var/, a secret made on
first use, only loopback hosts. As soon as ALLOWED_HOSTS names another host it is in production:
SECRET_KEY must be given and HTTPS is required.
"""

import ipaddress
import secrets
import zoneinfo
from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env

# Lets Django's classes be written with their types: ModelAdmin[Course].
django_stubs_ext.monkeypatch()

# The zone table comes from the tzdata package: the machine's own may be years old, and most of
# British Columbia stopped changing its clocks in 2026.
zoneinfo.reset_tzpath(to=())

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = Env()
env.read_env(str(BASE_DIR / ".env"))


def is_loopback(host: str) -> bool:
    """Say whether a host of ALLOWED_HOSTS can only be this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def local_secret() -> str:
    """Return this machine's own secret, made on first use and kept in var/."""
    path = VAR_DIR / "secret-key"
    if not path.exists():
        VAR_DIR.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
IS_LOCAL = all(is_loopback(host) for host in ALLOWED_HOSTS)
SECRET_KEY = env.str("SECRET_KEY", "") or (local_secret() if IS_LOCAL else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "Set SECRET_KEY to a long random value: ALLOWED_HOSTS names a host that others can reach."
    )
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "training.administration.apps.SiteAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "content_editor",
    "django_prose_editor",
    "csp",
    "training",
    "training.people",
    "quizzes",
    "courses",
    "training.records",
    "training.learning",
    "training.reports",
    "training.notices",
    "training.pages",
    "training.administration.apps.AdministrationConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "training.people.middleware.OrganisationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "training.learning.middleware.RedactedReleaseMiddleware",
]

ROOT_URLCONF = "training.urls"
WSGI_APPLICATION = "training.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "training.people.context_processors.organisation",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("groundwork",)
CRISPY_TEMPLATE_PACK = "groundwork"
CRISPY_FAIL_SILENTLY = False

# --- Database -----------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'groundwork.sqlite3'}")
}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    if str(_database["NAME"]).startswith(str(VAR_DIR)):
        VAR_DIR.mkdir(exist_ok=True)
    _database["CONN_MAX_AGE"] = None  # opening the file again for each request costs 2 ms
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a write lock is taken first, never upgraded to midway
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    # Without these a lost database host holds a request for longer than a browser waits.
    _database["CONN_MAX_AGE"] = 0
    _database["OPTIONS"] = {
        "pool": {"min_size": 2, "max_size": 8, "timeout": 5},
        "connect_timeout": 3,
        "keepalives_idle": 10,
        "keepalives_interval": 3,
        "keepalives_count": 2,
        "tcp_user_timeout": 10_000,
        "options": "-c statement_timeout=10000 -c lock_timeout=5000"
        " -c idle_in_transaction_session_timeout=15000",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What a process keeps for a moment: the organisation, parts of pages, counts of failed sign-ins.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}

# --- People -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:home"
ACCOUNT_ADAPTER = "training.people.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_FORMS = {
    "login": "training.people.forms.SignInForm",
    "reset_password": "training.people.forms.ResetPasswordForm",
    "reset_password_from_key": "training.people.forms.ResetPasswordKeyForm",
    "change_password": "training.people.forms.ChangePasswordForm",
}
# A town hall is one address: no limit that counts only addresses may lock out the building, so
# failed sign-ins are counted by account, and by address only far above what a building does.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "300/m/ip,8/5m/key",
    "reset_password": "300/m/ip,5/h/key",
    "reset_password_from_key": "300/m/ip",
    "change_password": "10/m/user",
}
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True

# --- Mail ---------------------------------------------------------------------------------------

# Without EMAIL_URL mail goes nowhere: it is shown on the console and kept as files.
MAIL_FOLDER = Path(env.str("MAIL_FOLDER", str(VAR_DIR / "mail")))
EMAIL_BACKEND = "training.notices.local_mail.LocalMail"
MAIL_LEAVES = False
if env.str("EMAIL_URL", ""):
    EMAIL_CONFIG = env.dj_email_url("EMAIL_URL")
    vars().update(EMAIL_CONFIG)
    MAIL_LEAVES = "smtp" in EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 10)  # seconds in which a mail server must answer
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "training@localhost")

# Where people reach the site: the worker, which writes the links in mails, sees no request.
SITE_URL = env.str("SITE_URL", "") or (
    "http://localhost:8000" if IS_LOCAL else f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
)

# --- Language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "training" / "locale"]
FORMAT_MODULE_PATH = ["training.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # each request works in the organisation's zone: see OrganisationMiddleware

# --- Pictures, videos and captions of courses ---------------------------------------------------

# Served by a view that asks who may see them; nothing under it has an address of its own.
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(VAR_DIR / "media")))

# --- Static files -------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Security -----------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "geolocation": [],
    "microphone": [],
    "payment": [],
    "usb": [],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "training.people.views.csrf_failure"
SESSION_COOKIE_SECURE = not IS_LOCAL
CSRF_COOKIE_SECURE = not IS_LOCAL
SECURE_SSL_REDIRECT = not IS_LOCAL
SECURE_HSTS_SECONDS = 0 if IS_LOCAL else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not IS_LOCAL
SECURE_HSTS_PRELOAD = not IS_LOCAL
if env.bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"without_secrets": {"()": "training.logs.WithoutSecrets"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without_secrets"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "pikepdf": {"level": "WARNING"},  # it says that it has been loaded
    },
}
