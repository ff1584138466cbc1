"""The public pages."""

from django.urls import path

from training.pages import views

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("support/", views.support, name="support"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
