"""Managers' pages."""

from django.urls import path

from training.reports import views

app_name = "reports"

urlpatterns = [
    path("team/", views.team, name="team"),
]
