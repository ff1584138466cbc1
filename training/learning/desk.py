"""My learning: what is in progress, what can be started, what is done."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Prefetch, Q
from django.urls import reverse

from courses.models import Release, ReleaseStep
from training.people.models import User
from training.records.models import Certificate, Enrolment, StepProgress
from training.records.progress import step_states
from training.records.rules import counts_as_complete, next_step


@dataclass(frozen=True)
class InProgress:
    """A course that was started: how far, and where it goes on."""

    enrolment: Enrolment
    title: str
    done_count: int
    step_count: int
    next_title: str
    next_url: str


@dataclass(frozen=True)
class Done:
    """A course that was completed, with its certificate."""

    enrolment: Enrolment
    certificate: Certificate | None


@dataclass
class Desk:
    in_progress: list[InProgress] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    offered: list[Release] = field(default_factory=list)


def desk_of(person: User) -> Desk:
    """Return what a person's first page shows, in a number of queries that never grows."""
    enrolments = (
        Enrolment.objects.filter(person=person, closed_at=None, release__isnull=False)
        .select_related("course", "release", "completion")
        .prefetch_related(
            "progress",
            Prefetch(
                "completion__certificates", Certificate.objects.filter(revoked_at=None), "valid"
            ),
        )
        .order_by("-started_at")
    )
    steps = steps_by_release({row.release_id for row in enrolments if row.release_id})
    desk = Desk()
    for enrolment in enrolments:
        if enrolment.is_completed:
            desk.done.append(done(enrolment))
        else:
            desk.in_progress.append(in_progress(enrolment, steps[enrolment.release_id or 0]))
    taken = {row.course_id for row in enrolments}
    desk.offered = list(
        Release.objects.current()
        .exclude(course__in=taken)
        .select_related("course")
        .annotate(lesson_count=Count("steps", filter=Q(steps__kind=ReleaseStep.Kind.LESSON)))
        .order_by("title")
    )
    return desk


def steps_by_release(releases: set[int]) -> dict[int, list[ReleaseStep]]:
    steps: dict[int, list[ReleaseStep]] = defaultdict(list)
    for step in ReleaseStep.objects.filter(release__in=releases).order_by("position"):
        steps[step.release_id].append(step)
    return steps


def done(enrolment: Enrolment) -> Done:
    valid: list[Certificate] = getattr(enrolment.completion, "valid", [])
    return Done(enrolment, valid[0] if valid else None)


def in_progress(enrolment: Enrolment, steps: list[ReleaseStep]) -> InProgress:
    progress: dict[str, StepProgress] = {row.step_key: row for row in enrolment.progress.all()}
    states = step_states(((step.key, step.kind) for step in steps), progress)
    key = next_step(states)
    following = next((step for step in steps if step.key == key), None)
    return InProgress(
        enrolment=enrolment,
        title=enrolment.release.title if enrolment.release else enrolment.course.title,
        done_count=sum(counts_as_complete(state) for state in states),
        step_count=len(states),
        next_title=following.title if following else "",
        next_url=next_url(enrolment, following, progress),
    )


def next_url(
    enrolment: Enrolment, step: ReleaseStep | None, progress: dict[str, StepProgress]
) -> str:
    if step is None:
        return reverse("learning:course", args=[enrolment.course.key])
    name = "learning:quiz" if step.kind == ReleaseStep.Kind.QUIZ else "learning:lesson"
    url = reverse(name, args=[enrolment.course.key, step.key])
    place = progress[step.key].last_block_key
    return f"{url}#{place}" if place else url
