"""What needs several floors in the admin: assignments, and people whose changes move them."""

from training.administration.admin import assignments, people

__all__ = ["assignments", "people"]
