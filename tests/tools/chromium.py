"""Find the system's Chromium for the browser tests, or install it where that can be done.

`python -m tests.tools.chromium` says what it found and never fails: without a browser the tests
that need one are skipped, and the test run says how many and why.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache

from tests.tools import debian

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
MISSING = "no Chromium or Chrome was found on this machine"
NOT_INSTALLABLE = (
    f"Browser tests will be skipped: {MISSING}, and it is installed by itself only for root on a "
    "system with apt-get. Install Chromium to run them."
)


@cache
def find() -> str | None:
    """Return the path of a browser that starts, or None; looked for once."""
    for name in NAMES:
        path = shutil.which(name)
        if path and _starts(path):
            return path
    return None


def _starts(path: str) -> bool:
    """Say whether this is a browser; on some systems the name only says how to get one."""
    try:
        tried = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


def main() -> None:
    if find():
        return
    if not debian.can_install():
        print(NOT_INSTALLABLE, file=sys.stderr)
        return
    print("Installing Chromium for the browser tests.")
    find.cache_clear()
    if not debian.install("chromium") or not find():
        print("Browser tests will be skipped: Chromium could not be installed.", file=sys.stderr)


if __name__ == "__main__":
    main()
