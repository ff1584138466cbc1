"""Courses in the admin, for trainers: drafts, their evidence, and releases to look at."""

from courses.admin import drafts, evidence, items, releases

__all__ = ["drafts", "evidence", "items", "releases"]
