"""The words of mails: each as plain text and as simple HTML, from the same sentences.

Subjects and first lines say nothing that a locked phone should not show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext

from training.notices.kinds import LONGEST_SUBJECT
from training.people.organisation import current_organisation


@dataclass(frozen=True)
class Words:
    """What a mail says."""

    subject: str
    text: str
    html: str


def site_link(name: str, *args: object) -> str:
    """Return the whole address of a page, for whoever reads it in a mail."""
    return settings.SITE_URL.rstrip("/") + reverse(name, args=args)


def write(
    *,
    subject: str,
    name: str,
    sentences: Sequence[str],
    link: str = "",
    link_words: str = "",
    is_reminder: bool = False,
) -> Words:
    """Return a mail to `name` of some sentences and at most one link; `name` may be empty."""
    subject = shorten(" ".join(subject.split()))
    context = {
        "subject": subject,
        "name": name,
        "sentences": sentences,
        "link": link,
        "link_words": link_words,
        "organisation": current_organisation(),
        "preferences": site_link("notices:preferences") if is_reminder else "",
    }
    return Words(
        subject=subject,
        text=render_to_string("notices/mail.txt", context),
        html=render_to_string("notices/mail.html", context),
    )


def shorten(subject: str) -> str:
    """Return a subject that fits the outbox, however long the name of the organisation is."""
    if len(subject) <= LONGEST_SUBJECT:
        return subject
    return subject[: LONGEST_SUBJECT - 1].rstrip() + "…"


def certificate_words(*, name: str, course: str, completed_on: date, code: str) -> Words:
    """Say that the certificate is there, and where; nothing about how it went."""
    said = gettext("You completed the course “%(course)s” on %(day)s.")
    return write(
        subject=gettext("Training: your certificate"),
        name=name,
        sentences=[
            gettext("Your certificate is ready."),
            said % {"course": course, "day": day_in_words(completed_on)},
            gettext("It is on the training site, as a page and as a PDF."),
        ],
        link=site_link("learning:certificate", code),
        link_words=gettext("Open your certificate"),
    )


def assigned_words(*, name: str, course: str, course_key: str, due_on: date) -> Words:
    """Say which course was assigned, and by when."""
    said = gettext("You are asked to take the course “%(course)s”. It is due on %(day)s.")
    return write(
        subject=gettext("Training: something new for you"),
        name=name,
        sentences=[
            gettext("There is something new for you on the training site."),
            said % {"course": course, "day": day_in_words(due_on)},
            gettext("You can stop at any time and go on later: what you have done is kept."),
        ],
        link=site_link("learning:course", course_key),
        link_words=gettext("Open the course"),
    )


def reminder_words(
    *, name: str, course: str, course_key: str, due_on: date, is_overdue: bool
) -> Words:
    """Say that a course is due soon, or was due; without blame."""
    if is_overdue:
        said = gettext("The course “%(course)s” was due on %(day)s. You can still take it.")
    else:
        said = gettext("The course “%(course)s” is due on %(day)s.")
    return write(
        subject=gettext("Training: a reminder"),
        name=name,
        sentences=[
            gettext("This is a reminder from the training site."),
            said % {"course": course, "day": day_in_words(due_on)},
            gettext("What you have done so far is kept."),
        ],
        link=site_link("learning:course", course_key),
        link_words=gettext("Open the course"),
        is_reminder=True,
    )


def review_words(*, token: str, due_on: date, last_day: date) -> Words:
    """Ask somebody to read something, by the link that only this mail has.

    Their mailbox may be shared: nothing says who they are, nor what the course is about.
    """
    organisation = current_organisation().name
    said = gettext("%(name)s asks you to read a training course and to say what you think of it.")
    return write(
        subject=gettext("A request from %(name)s") % {"name": organisation},
        name="",
        sentences=[
            said % {"name": organisation},
            gettext("Your answer is asked for by %(day)s. The link works until %(last_day)s.")
            % {"day": day_in_words(due_on), "last_day": day_in_words(last_day)},
            gettext(
                "You need no account. Keep this mail: the link is yours alone and is in no"
                " other. Opening it changes nothing."
            ),
            gettext(
                "If you would rather not, you need do nothing. The site deletes your address when"
                " you have answered, and after %(last_day)s in any case."
            )
            % {"last_day": day_in_words(last_day)},
        ],
        link=site_link("learning:review", token),
        link_words=gettext("See what is asked"),
    )


def review_reminder_words(*, due_on: date, is_overdue: bool) -> Words:
    """Remind somebody of that request; their link is in the first mail, only its mark is kept."""
    organisation = current_organisation().name
    if is_overdue:
        said = gettext(
            "Your answer to a request from %(name)s was asked for by %(day)s. You can"
            " still give it."
        )
    else:
        said = gettext("Your answer to a request from %(name)s is asked for by %(day)s.")
    return write(
        subject=gettext("A reminder from %(name)s") % {"name": organisation},
        name="",
        sentences=[
            said % {"name": organisation, "day": day_in_words(due_on)},
            gettext(
                "The link is in the first mail, “A request from %(name)s”. It cannot be sent"
                " again. If you no longer have it, ask whoever asked you for a new one."
            )
            % {"name": organisation},
            gettext("If you would rather not, you need do nothing."),
        ],
    )


def day_in_words(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
