"""The start-up checks."""

from pathlib import Path

import pytest
import tzdata

from training import checks

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/share /srv/share nfs4 rw 0 0
/dev/sdb1 /srv/share/local xfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/site/db.sqlite3", "ext4"),
        ("/srv/share/db.sqlite3", "nfs4"),
        ("/srv/share/local/db.sqlite3", "xfs"),
        ("/srv/shared-not/db.sqlite3", "ext4"),
    ],
)
def test_a_path_lies_on_the_deepest_mount(path, kind):
    assert checks.file_system_of(Path(path), MOUNTS) == kind


def test_an_sqlite_database_on_a_network_share_is_refused(settings, monkeypatch, tmp_path):
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    monkeypatch.setattr(checks, "MOUNTS", mounts)
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": "/srv/share/db.sqlite3"}
    monkeypatch.setattr(checks.settings, "DATABASES", {"default": sqlite})
    (problem,) = checks.sqlite_is_on_this_machine(None)
    assert problem.id == "groundwork.E001"
    sqlite["NAME"] = "/home/site/db.sqlite3"
    assert checks.sqlite_is_on_this_machine(None) == []


def test_an_old_zone_table_is_warned_of(monkeypatch):
    assert checks.zone_table_is_fresh(None) == []
    monkeypatch.setattr(tzdata, "IANA_VERSION", "2019c")
    (problem,) = checks.zone_table_is_fresh(None)
    assert "2019c" in problem.msg


def test_mail_that_would_go_nowhere_is_warned_of_before_a_site_is_opened(settings):
    assert checks.mail_reaches_people(None) == []
    settings.IS_LOCAL = False
    settings.SITE_URL = "https://*"
    assert [each.id for each in checks.mail_reaches_people(None)] == [
        "groundwork.W002",
        "groundwork.W003",
    ]
    settings.MAIL_LEAVES = True
    settings.SITE_URL = "https://training.example.org"
    assert checks.mail_reaches_people(None) == []
