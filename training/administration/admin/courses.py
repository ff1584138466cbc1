"""Courses, as courses.admin shows them; what a material release asks of people is asked at once."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import ngettext

from courses.admin.drafts import CourseAdmin
from courses.admin.publishing import publish_course
from courses.admin.releases import ReleaseAdmin
from courses.models import Course, Release
from training.people.organisation import current_organisation
from training.records.completion import move_off, sync_cycles
from training.records.models import Enrolment

admin.site.unregister(Course)
admin.site.unregister(Release)


@admin.register(Course)
class PublishedCourseAdmin(CourseAdmin):
    def get_urls(self) -> list[Any]:
        publish = self.admin_site.admin_view(self.publish)
        name = "courses_course_publish"
        return [path("<int:pk>/publish/", publish, name=name), *super().get_urls()]

    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Publish, then open the course again for those who completed an earlier release."""
        response = publish_course(self, request, pk)
        is_published = request.method == "POST" and response.status_code == 302
        opened = sync_cycles(at=timezone.now()) if is_published else 0
        if opened:
            said = ngettext(
                "It is open again for %(people)s person who had completed an earlier release.",
                "It is open again for %(people)s people who had completed an earlier release.",
                opened,
            )
            messages.info(request, said % {"people": opened})
        return response


@admin.register(Release)
class TakenReleaseAdmin(ReleaseAdmin):
    """Releases, with the people who are on them."""

    def people_on(self, release: Release) -> int:
        return Enrolment.objects.filter(release=release).values("person").distinct().count()

    def after_withdrawal(self, request: HttpRequest) -> None:
        """Move whoever was in the middle of it to the release that is published now."""
        moved = move_off(organisation=current_organisation(), at=timezone.now())
        if moved:
            said = ngettext(
                "%(people)s person was moved to the release that is published now.",
                "%(people)s people were moved to the release that is published now.",
                moved,
            )
            messages.info(request, said % {"people": moved})
