"""The settings of the tests: the site's own, whatever .env says, made fast and kept apart."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="groundwork-tests-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

os.environ |= {
    "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
    "SECRET_KEY": "a key for tests, which everybody knows and nothing depends on",
    "CSRF_TRUSTED_ORIGINS": "",
    "BEHIND_PROXY": "false",
    "DEBUG": "false",
    "LOG_LEVEL": "WARNING",
    "EMAIL_URL": "",
    "SITE_URL": "",
}
os.environ.setdefault("DATABASE_URL", f"sqlite:///{FOLDER / 'site.sqlite3'}")

from training.settings import *  # noqa: E402, F403
from training.settings import DATABASES, STORAGES  # noqa: E402

_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as on the site: threads that share a database in memory lock each other out.
    _database["TEST"] = {"NAME": str(FOLDER / "tests.sqlite3")}
    _database["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
else:
    _database["OPTIONS"]["pool"] = {"min_size": 0, "max_size": 20, "timeout": 10}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = FOLDER / "static"
STATIC_ROOT.mkdir()
MEDIA_ROOT = FOLDER / "media"
MAIL_FOLDER = FOLDER / "mail"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
