"""The project's own drawings: inline SVG, a closed set, one file each."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "templates" / "courses" / "drawings"


def drawing_names() -> list[str]:
    """Return the names of all drawings; a figure shows one by its name."""
    return sorted(path.stem for path in FOLDER.glob("*.svg"))
