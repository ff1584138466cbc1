"""The public pages, the tools, and the plan of action."""

from django.urls import path

from training.pages import plan_views, tool_views, views

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("support/", views.support, name="support"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    # Tools
    path("tools/", tool_views.tools, name="tools"),
    path("tools/six-questions/", tool_views.six_questions, name="six-questions"),
    path("tools/six-questions/save/", tool_views.save_worksheet, name="worksheet-save"),
    path("tools/six-questions/<int:number>/", tool_views.worksheet, name="worksheet"),
    path(
        "tools/six-questions/<int:number>/delete/",
        tool_views.delete_worksheet,
        name="worksheet-delete",
    ),
    path("tools/industries/", tool_views.industries, name="industries"),
    path("tools/glossary/", tool_views.glossary, name="glossary"),
    path("tools/who-to-call/", tool_views.who_to_call, name="who-to-call"),
    path("tools/council-actions/", tool_views.council_actions, name="council-actions"),
    # The plan
    path("plan/", plan_views.plan, name="plan"),
]
