"""Which tallies are those of the questions before and after a course."""


def scope_of(course: str) -> str:
    """Return the scope of a course's tallies; quizzes know no course."""
    return f"course:{course}"
