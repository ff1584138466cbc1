"""Install packages of the system where a test run may: as root, with apt-get."""

import os
import shutil
import subprocess


def can_install() -> bool:
    """Say whether this process may install packages of the system."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(*packages: str) -> bool:
    """Install Debian packages without asking anything; return whether that worked."""
    commands = (
        ["apt-get", "update", "-qq"],
        [
            *("apt-get", "install", "-qq", "--no-install-recommends"),
            *("-o", "Dpkg::Options::=--force-confold"),
            *packages,
        ],
    )
    return all(_run(command) for command in commands)


def _run(command: list[str]) -> bool:
    done = subprocess.run(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode == 0
