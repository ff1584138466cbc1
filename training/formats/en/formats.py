"""Dates and times in English as Groundwork writes them: 23 November 2026."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "g:i a"
DATETIME_FORMAT = "j F Y, g:i a"
