"""The site map."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("training.pages.urls")),
    path("", include("training.people.urls")),
    path("", include("training.learning.urls")),
    path("", include("courses.urls")),
    path("", include("training.reports.urls")),
    path("", include("training.notices.urls")),
    path("admin/", admin.site.urls),
]

handler500 = "training.pages.views.server_error"
