"""What needs several floors in the admin: assignments, and what moves them; material releases."""

from training.administration.admin import assignments, courses, people

__all__ = ["assignments", "courses", "people"]
