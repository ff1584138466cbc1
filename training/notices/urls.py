"""What a person sees of the mail to them."""

from django.urls import path

from training.notices import views

app_name = "notices"

urlpatterns = [
    path("mail/", views.preferences, name="preferences"),
]
