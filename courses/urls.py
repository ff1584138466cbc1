from django.urls import path

from courses import views

app_name = "courses"
urlpatterns = [
    path("courses/<slug:course>/evidence/", views.evidence, name="evidence"),
    path("courses/<slug:course>/glossary/", views.glossary, name="glossary"),
]
