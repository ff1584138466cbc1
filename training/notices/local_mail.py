"""Mail that stays on this machine: shown on the console, and kept as files under var/mail."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.console import EmailBackend

OWNER_ONLY = 0o600


class LocalMail(EmailBackend):
    """Django's console backend, in words that can be read, and with a file for each mail.

    The same mail handed over again takes the place of its file. A file can be opened by any mail
    program.
    """

    def write_message(self, message: EmailMessage) -> None:
        path = write_file(message)
        lines = [
            f"Mail to {', '.join(message.to)}: {message.subject}",
            "",
            *(f"    {line}" for line in str(message.body).strip().splitlines()),
            "",
            f"    ({path})",
        ]
        self.stream.write("\n" + "\n".join(line.rstrip() for line in lines) + "\n")


def write_file(message: EmailMessage) -> Path:
    """Write a mail to a file that only the site's own user can read, and return where."""
    folder = Path(settings.MAIL_FOLDER)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mail = message.message()
    name = hashlib.sha256(str(mail["Message-ID"]).encode()).hexdigest()[:16]
    path = folder / f"{name}.eml"
    path.touch(mode=OWNER_ONLY)
    path.write_bytes(mail.as_bytes())
    return path
