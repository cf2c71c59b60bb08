"""Django's settings, made from the typed options; apps, addresses and templates are found by folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from qsmo.platform.plugs import apps
from qsmo.site.options import options

HERE = Path(__file__).resolve().parent
OPTIONS = options()

SECRET_KEY = OPTIONS.secret
DEBUG = OPTIONS.debug
ALLOWED_HOSTS = [host.strip() for host in OPTIONS.hosts.split(",")]
ROOT_URLCONF = "qsmo.site.urls"
WSGI_APPLICATION = "qsmo.site.wsgi.application"
AUTH_USER_MODEL = "access.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_cotton",
    "django_htmx",
    "csp",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "qsmo.platform.access.oidc",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    *apps(),
    "qsmo.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "qsmo.platform.access.signin.ViewerMiddleware",
    "qsmo.platform.access.second_lock.opened.LockMiddleware",
    "qsmo.platform.web.errors.RefusalMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "qsmo.platform.web.page.around",
                "qsmo.site.overview.seeded",
            ],
        },
    }
]

SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": OPTIONS.folder / "qsmo.sqlite3",
    "CONN_MAX_AGE": 60,  # opening it costs more than most questions: the schema is read anew each time
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            "PRAGMA recursive_triggers=ON; PRAGMA busy_timeout=30000;"
        ),
    },
}
DATABASES = {
    "default": dj_database_url.parse(OPTIONS.database_url, conn_max_age=60)
    if OPTIONS.database_url
    else SQLITE
}
DATABASE_READER = OPTIONS.database_reader

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
CSRF_FAILURE_VIEW = "qsmo.platform.web.errors.stale_form"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/mine/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "qsmo.platform.access.signin.ClosedDoor"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
SOCIALACCOUNT_ADAPTER = "qsmo.platform.access.signin.KnownPeople"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if OPTIONS.oidc_server:
    SOCIALACCOUNT_PROVIDERS["oidc"] = {
        "APP": {
            "name": OPTIONS.oidc_name,
            "client_id": OPTIONS.oidc_client_id,
            "settings": {
                "server": OPTIONS.oidc_server,
                "key_file": str(OPTIONS.oidc_key_file),
                "acr": OPTIONS.oidc_acr.split(),
            },
        }
    }
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = OPTIONS.folder / "mail"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = OPTIONS.secure
SESSION_COOKIE_AGE = 8 * 60 * 60
SECURE_SSL_REDIRECT = OPTIONS.secure
SECURE_HSTS_SECONDS = 31_536_000 if OPTIONS.secure else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        **{f"{kind}-src": [SELF] for kind in ("script", "style", "img", "font", "connect", "manifest")},
        "form-action": [SELF, *([OPTIONS.oidc_server] if OPTIONS.oidc_server else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

STATIC_URL = "/static/"
STATIC_ROOT = OPTIONS.folder / "static"
STATIC_ROOT.mkdir(
    exist_ok=True
)  # empty as long as files are found where they stand; whitenoise warns without it
STATICFILES_DIRS: list[Path] = []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

COTTON_ISOLATE_BY_DEFAULT = True
DEMO_SIGN_IN = OPTIONS.demo_sign_in and not OPTIONS.database_url
SITE_TITLE = "Quality Service Management"
SITE_OFFICIAL = OPTIONS.government_banner
SITE_SIGN_OUT = "account_logout"
SITE_NAVIGATION = [
    ("Catalog", "catalogue:search"),
    ("Offices", "designation:offices"),
    ("Standards", "standards:home"),
    ("My organization", "mine", "signed-in"),
]

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
STORE_FOLDER = OPTIONS.folder / "store"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
