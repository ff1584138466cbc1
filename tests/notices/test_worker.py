"""The worker: rounds that can be cut short, the daily work, and a database that went back."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.conftest import NOW
from tests.factories import make_assignment
from tests.notices.conftest import make_notice
from training.notices import watching, working
from training.notices.management.commands import runworker
from training.notices.models import Notice, Outbox
from training.notices.outbox import is_held, outbox, release_mail
from training.notices.watching import ASLEEP, look
from training.notices.working import work
from training.records import nightly
from training.records.models import Enrolment

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 18)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.MAIL_FOLDER = tmp_path / "mail"
    return settings.MAIL_FOLDER


# --- A round ------------------------------------------------------------------------------------


def test_a_round_assigns_tells_and_sends(lena, small_course, opened):
    make_assignment(small_course, due_on=DUE, person=lena)
    done = work(at=NOW)
    assert done.nightly is not None and done.nightly.synced.made == 1
    assert (done.queued, done.sent.sent, done.failures) == (1, 1, 0)
    assert [message.to for message in mail.outbox] == [[lena.email]]


def test_the_daily_work_is_done_once_a_day_of_the_organisation(organisation):
    assert work(at=NOW).nightly is not None
    assert work(at=NOW + HOUR).nightly is None
    assert work(at=NOW + 12 * HOUR).nightly is None  # eleven at night in Vancouver
    assert work(at=NOW + 14 * HOUR).nightly is not None


def test_daily_work_that_was_cut_short_is_done_again(lena, small_course, opened, monkeypatch):
    make_assignment(small_course, due_on=DUE, person=lena)

    def killed(*, at):
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(nightly, "sync", killed)
        work(at=NOW)
    assert not Enrolment.objects.exists()
    work(at=NOW + HOUR)
    work(at=NOW + 2 * HOUR)
    assert Enrolment.objects.count() == len(mail.outbox) == 1


def test_a_part_that_fails_keeps_no_mail_from_going(lena, opened, monkeypatch, caplog):
    make_notice(lena)

    def broken(*, at):
        raise ZeroDivisionError

    monkeypatch.setattr(working, "sync_records", broken)
    done = work(at=NOW)
    assert (done.failures, done.sent.sent) == (1, 1)
    assert "daily_work" in caplog.text


@pytest.mark.protection
def test_while_it_is_not_known_whether_mail_is_held_none_goes(lena, monkeypatch):
    make_notice(lena)

    def broken(*, at):
        raise OSError("the disk is full")

    monkeypatch.setattr(working, "look", broken)
    assert work(at=NOW).failures == 1
    assert mail.outbox == []


# --- The command --------------------------------------------------------------------------------


def test_once_sends_all_that_is_due_and_stops(lena, capsys):
    for number in range(23):
        make_notice(lena, key=f"key:{number}", at=timezone.now())
    call_command("runworker", "--once")
    assert len(mail.outbox) == 23
    assert "10 sent" in capsys.readouterr().out


def test_once_fails_when_something_failed(organisation, monkeypatch):
    def broken(*, at):
        raise ZeroDivisionError

    monkeypatch.setattr(working, "sync_records", broken)
    with pytest.raises(CommandError):
        call_command("runworker", "--once")


@pytest.mark.django_db(transaction=True)
def test_a_worker_ends_with_the_program_that_started_it(organisation, monkeypatch):
    parents = iter([1, 1, 1, 2, 2, 2, 2])
    monkeypatch.setattr(runworker.os, "getppid", lambda: next(parents))
    monkeypatch.setattr(runworker.signal, "signal", lambda *_: None)
    call_command("runworker", "--with-parent", "--every", "0.01")


def test_a_worker_says_when_mail_comes_to_be_held_and_not_each_time(capsys):
    command = runworker.Command()
    command.was_held = False
    for is_held_now in (True, True, False, True):
        command.say(working.Round(is_held=is_held_now))
    assert capsys.readouterr().out.count("Mail is held") == 2


# --- A restored backup --------------------------------------------------------------------------


def go_back(row: Outbox) -> None:
    """Bring the database back to how it was when `row` was read."""
    row.save()


@pytest.mark.protection
def test_a_restored_backup_mails_nobody_until_it_is_released(lena, opened):
    work(at=NOW)
    make_notice(lena)
    backup = outbox(at=NOW)
    work(at=NOW + HOUR)
    assert len(mail.outbox) == 1
    go_back(backup)
    Notice.objects.all().delete()
    make_notice(lena)
    assert work(at=NOW + 2 * HOUR).is_held
    work(at=NOW + 3 * HOUR)
    assert len(mail.outbox) == 1
    assert "backup" in Outbox.objects.get().held_reason
    release_mail(at=NOW + 4 * HOUR, is_dropping=True)
    work(at=NOW + 5 * HOUR)
    assert len(mail.outbox) == 1
    assert not is_held()


@pytest.mark.protection
def test_a_database_that_slept_holds_its_mail_where_mail_leaves_the_machine(organisation, settings):
    settings.MAIL_LEAVES = True
    look(at=NOW)
    look(at=NOW + ASLEEP)
    assert not is_held()
    look(at=NOW + 2 * ASLEEP + HOUR)
    assert is_held()


def test_on_a_machine_that_mails_nobody_a_pause_is_nothing(organisation):
    look(at=NOW)
    look(at=NOW + timedelta(days=300))
    assert not is_held()


def test_another_database_on_the_same_machine_is_not_mistaken_for_a_backup(organisation):
    look(at=NOW + timedelta(days=2))
    Outbox.objects.all().delete()
    look(at=NOW)
    look(at=NOW + HOUR)
    assert not is_held()


def test_a_second_worker_whose_clock_is_behind_holds_nothing(organisation):
    look(at=NOW + HOUR)
    look(at=NOW)
    look(at=NOW + HOUR)
    assert not is_held()
    assert watching.read_seen(outbox(at=NOW)) == Outbox.objects.get().seen_at


# --- Mail that stays here -----------------------------------------------------------------------


def test_without_a_mail_server_mail_is_shown_and_kept_as_a_file(folder, capsys):
    connection = get_connection("training.notices.local_mail.LocalMail")
    message = EmailMultiAlternatives(
        "Training: a reminder",
        "Hello Élodie,\nopen this: https://elderbrook.example/a/very/long/address/" + "x" * 80,
        to=["elodie@elderbrook.example"],
        headers={"Message-ID": "<one@elderbrook.example>"},
        connection=connection,
    )
    message.attach_alternative("<p>Hello</p>", "text/html")
    message.send()
    message.send()
    shown = capsys.readouterr().out
    assert "elodie@elderbrook.example: Training: a reminder" in shown
    assert "x" * 80 in shown
    (path,) = folder.glob("*.eml")
    assert path.stat().st_mode & 0o077 == 0
    assert b"Subject: Training: a reminder" in path.read_bytes()
    assert str(path) in shown


def test_other_mail_has_a_file_each(folder, capsys):
    connection = get_connection("training.notices.local_mail.LocalMail")
    for _number in range(2):
        EmailMessage("A subject", "A text", to=["a@b.example"], connection=connection).send()
    assert len(list(folder.glob("*.eml"))) == 2
    assert folder.stat().st_mode & 0o077 == 0


# --- Started for real ---------------------------------------------------------------------------

PARENT = """
import subprocess, sys, time
worker = subprocess.Popen([sys.executable, "manage.py", "runworker", "--with-parent"])
print(worker.pid, flush=True)
time.sleep(60)
"""


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.slow
@pytest.mark.django_db(False)
def test_a_worker_dies_with_a_server_that_is_killed(tmp_path):
    database = f"sqlite:///{tmp_path / 'site.sqlite3'}"
    environment = os.environ | {"DATABASE_URL": database, "EMAIL_URL": "memory:"}
    environment |= {"DJANGO_SETTINGS_MODULE": "training.settings", "MAIL_FOLDER": str(tmp_path)}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environment, check=True)
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        pid = int(parent.stdout.readline())
        time.sleep(5)
        assert is_running(pid)
    finally:
        parent.kill()
        parent.communicate()
    deadline = time.monotonic() + 20
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not is_running(pid)
