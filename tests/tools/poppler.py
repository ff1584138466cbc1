"""Find Poppler's programs, which read a certificate as many others do, or install them.

`python -m tests.tools.poppler` never fails: without it the tests that need it are skipped.
"""

from __future__ import annotations

import shutil
import sys

from tests.tools import debian

MISSING = "no pdftotext was found on this machine; it is in Poppler's utilities"


def find(program: str = "pdftotext") -> str | None:
    """Return the path of one of the programs, or None."""
    return shutil.which(program)


def main() -> None:
    if find() is None and not (debian.can_install() and debian.install("poppler-utils")):
        print(f"Some certificate tests will be skipped: {MISSING}.", file=sys.stderr)


if __name__ == "__main__":
    main()
