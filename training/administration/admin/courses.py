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
from courses.models import Course
from training.records.completion import sync_cycles

admin.site.unregister(Course)


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
