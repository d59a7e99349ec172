"""Settings of the portal: one file. What varies comes from the environment.

Nothing defaults to unsafe: with `DEBUG` off, a missing secret stops start-up and says which.
"""

import re
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
# Shows the demonstration's mailbox and sign-ins to whoever asks: only ever beside invented data.
DEMONSTRATION = env.bool("DEMONSTRATION", default=False)
if DEMONSTRATION and not DEBUG:
    raise ImproperlyConfigured("DEMONSTRATION shows everybody's mail; it needs DEBUG to be on")


def needed(name, *, in_debug):
    """The environment's `name`; with DEBUG on, `in_debug` where it is missing."""
    value = env.str(name, default="")
    if value:
        return value
    if DEBUG:
        return in_debug
    raise ImproperlyConfigured(f"{name} is not set. It must be when DEBUG is off; see the README")


# Everything that the demonstration keeps on disk lies under here.
VAR_DIR = Path(env.str("PORTAL_VAR", default=str(BASE_DIR / "var")))

SECRET_KEY = needed(
    "SECRET_KEY", in_debug="only-for-the-demonstration-never-where-it-matters-0123456789"
)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# The file with the sealing keys, outside the database; framework_portal/sealing/keys.py reads it.
SEALING_KEY_FILE = Path(needed("SEALING_KEY_FILE", in_debug=str(VAR_DIR / "sealing.keys")))
# The file with the keys that sign receipts; framework_portal/sealing/signing.py reads it.
RECEIPT_KEY_FILE = Path(needed("RECEIPT_KEY_FILE", in_debug=str(VAR_DIR / "receipts.keys")))
# What it costs to try one passphrase that wraps a key (Argon2id); the safety checks ask for it.
ARGON2_MEMORY_KIB = env.int("ARGON2_MEMORY_KIB", default=64 * 1024)
ARGON2_PASSES = env.int("ARGON2_PASSES", default=3)
ARGON2_LANES = env.int("ARGON2_LANES", default=4)
# Encrypted documents lie here, outside every served folder.
DOCUMENT_DIR = Path(needed("DOCUMENT_DIR", in_debug=str(VAR_DIR / "documents")))
# Uploads stay in memory up to the limit: no clear bytes on disk, so no temporary files.
FILE_UPLOAD_HANDLERS = ["framework_portal.documents.uploads.MemoryUploadHandler"]
# An address outside the house that gets the head of the audit trail every morning.
AUDIT_HEAD_ADDRESS = env.str("AUDIT_HEAD_ADDRESS", default="")
# How long a draft that was never submitted is kept after its competition has closed.
DRAFTS_KEPT_DAYS = env.int("DRAFTS_KEPT_DAYS", default=90)
# The virus scanner: host:port or the path of a socket; without one, files say "not checked".
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")
# What watchers show to the portal; without it, one made from SECRET_KEY, which only this host has.
WATCH_KEY = env.str("WATCH_KEY", default="")
# The watcher's own journal, outside the database, which may be what is down.
WATCH_JOURNAL = Path(env.str("WATCH_JOURNAL", default=str(VAR_DIR / "watch" / "journal.jsonl")))
PORTAL_ADDRESS = needed("PORTAL_ADDRESS", in_debug="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else []
)
# Shown on the help page; empty in the demonstration, where nobody answers.
CONTACT_ADDRESS = env.str("CONTACT_ADDRESS", default="")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Addresses that may reach the admin, as networks; empty means any.
ADMIN_NETWORKS = env.list("ADMIN_NETWORKS", default=[])

INSTALLED_APPS = [
    "framework_portal",
    "framework_portal.accounts",
    "framework_portal.audit",
    "framework_portal.sealing",
    "framework_portal.documents",
    "framework_portal.notifications",
    "framework_portal.watch",
    "framework_portal.reference",
    "lots",
    "suppliers",
    "bids",
    "contracts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "crispy_forms",
    "crispy_forms_gds",
    "rules.apps.AutodiscoverRulesConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "framework_portal.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "framework_portal.middleware.HostileInput",
    "framework_portal.middleware.PlainErrors",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "framework_portal.saving.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "framework_portal.accounts.middleware.sessions.SessionLife",
    "framework_portal.accounts.middleware.unlocked.UnlockedKeys",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "framework_portal.accounts.middleware.admin_network.AdminNetwork",
    "framework_portal.accounts.middleware.stash.SignInRequired",
    "framework_portal.accounts.middleware.second_factor.SecondFactorFirst",
    "framework_portal.accounts.middleware.stash.KeepForms",
    "suppliers.middleware.OpenVaults",
]

ROOT_URLCONF = "framework_portal.urls"
WSGI_APPLICATION = "framework_portal.wsgi.application"
ASGI_APPLICATION = "framework_portal.asgi.application"

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
                "framework_portal.context_processors.portal",
                "framework_portal.saving.banner",
                "framework_portal.accounts.context_processors.session",
            ],
            "builtins": ["django.templatetags.i18n"],
        },
    },
]

# DATABASE_URL names the role that serves pages; migrations run with the owner's address in it.
DATABASES = {"default": env.db_url_config(needed("DATABASE_URL", in_debug="postgres:///portal"))}
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=600),
    "CONN_HEALTH_CHECKS": True,
    # PgBouncer in transaction mode cannot keep a server-side cursor.
    "DISABLE_SERVER_SIDE_CURSORS": env.bool("DISABLE_SERVER_SIDE_CURSORS", default=False),
    "OPTIONS": DATABASES["default"].get("OPTIONS", {})
    | {
        "connect_timeout": 5,
        "options": "-c timezone=UTC -c statement_timeout=30s -c lock_timeout=10s"
        " -c idle_in_transaction_session_timeout=60s",
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# How many public pages each process keeps rendered, for as long as they are the newest.
PUBLIC_PAGES_KEPT = env.int("PUBLIC_PAGES_KEPT", default=64)

# Counting failed sign-ins must go on without Redis, so the cache is the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

# Cookies of this host alone; plain http, as on one's own machine, has no secure cookies.
_HOST = "" if DEBUG else "__Host-"
SESSION_COOKIE_NAME = f"{_HOST}session"
SESSION_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_HOST}csrf"
CSRF_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = f"{_HOST}language"
LANGUAGE_COOKIE_SECURE = not DEBUG
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# What the browser is told; framework_portal/middleware.py adds the rest to every answer.
SECURE_SSL_REDIRECT = not DEBUG
SECURE_HSTS_SECONDS = 0 if DEBUG else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEBUG
SECURE_HSTS_PRELOAD = not DEBUG
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Only where a proxy of ours ends TLS and sets the header itself: else anybody could claim it.
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Only here other methods than those of pages are let in: the protocol of uploads needs them.
UPLOADS_IN_PIECES = re.compile(r"/supplier/bids/[0-9a-f-]{36}/uploads/")
# The most that is taken in one request: a form with all its answers, some files beside it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

REDIS_URL = needed("REDIS_URL", in_debug="redis://localhost:6379/0")

# Tasks may run twice and must run at least once; what must happen lies in the database.
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "visibility_timeout": 900}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "Europe/London"

LANGUAGE_CODE = "en-gb"
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = [("en-gb", _("English"))]
# Only with a catalogue of our own: half a page in Welsh would be marked as all of it.
if (BASE_DIR / "locale/cy/LC_MESSAGES/django.mo").exists():
    LANGUAGES.append(("cy", _("Welsh")))
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/London"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Hashed names may be kept for ever; where DEBUG is on, files are served as they lie.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage."
        + ("StaticFilesStorage" if DEBUG else "ManifestStaticFilesStorage")
    },
}
WHITENOISE_USE_FINDERS = DEBUG
# Widgets find their templates among ours first.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["gds"]
CRISPY_TEMPLATE_PACK = "gds"

AUTH_USER_MODEL = "accounts.User"
# One backend looks at passwords: a second would hash each of them again.
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "framework_portal.accounts.backends.AddressAndPassword",
]
PASSWORD_HASHERS = ["framework_portal.accounts.passwords.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "framework_portal.accounts.passwords.LongEnoughValidator",
        "OPTIONS": {"min_length": 12},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "framework_portal.accounts.passwords.TooCommonValidator"},
]
PASSWORD_RESET_TIMEOUT = 30 * 60
CSRF_FAILURE_VIEW = "framework_portal.accounts.views.csrf.csrf_failure"
# How long a session really lasts, idle and in all, is kept on the server: SessionLife.
SESSION_COOKIE_AGE = 24 * 3600
DEVICE_COOKIE_NAME = f"{_HOST}device"
STASH_COOKIE_NAME = f"{_HOST}kept-forms"
UNLOCKED_COOKIE_NAME = f"{_HOST}unlocked"

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/account/start/"
_ACCOUNTS = "framework_portal.accounts"
ACCOUNT_ADAPTER = f"{_ACCOUNTS}.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
# Wrong guesses are counted by actions/guessing.py; allauth limits what else can be overdone.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": None,
    "reset_password": "30/10m/ip,3/10m/key",
}
ACCOUNT_FORMS = {
    "login": f"{_ACCOUNTS}.forms.SignInForm",
    "signup": f"{_ACCOUNTS}.forms.SignUpForm",
    "reset_password": f"{_ACCOUNTS}.forms.ResetPasswordForm",
    "reset_password_from_key": f"{_ACCOUNTS}.forms.NewPasswordForm",
    "change_password": f"{_ACCOUNTS}.forms.ChangePasswordForm",
    "add_email": f"{_ACCOUNTS}.forms.ChangeAddressForm",
    "reauthenticate": f"{_ACCOUNTS}.forms.ConfirmPasswordForm",
}
MFA_ADAPTER = f"{_ACCOUNTS}.adapters.MFAAdapter"
MFA_TOTP_ISSUER = "Framework portal"
# Nobody signs in with an unconfirmed address; without this nobody with a factor could change it.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": f"{_ACCOUNTS}.forms.CodeForm",
    "reauthenticate": f"{_ACCOUNTS}.forms.ConfirmCodeForm",
    "activate_totp": f"{_ACCOUNTS}.forms.SetUpAppForm",
    "deactivate_totp": f"{_ACCOUNTS}.forms.TurnOffForm",
    "generate_recovery_codes": f"{_ACCOUNTS}.forms.NewRecoveryCodesForm",
}
# How many proxies of ours stand before the portal and add to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
if DEMONSTRATION:  # readable at /demonstration/mail/ instead of sent
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal@portal.example")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"without_keys": {"()": "framework_portal.logs.WithoutKeys"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without_keys"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # Django's own handlers would say everything twice.
    "loggers": {"django": {"handlers": []}},
}
