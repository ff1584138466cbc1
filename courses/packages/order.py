"""In which order packages are loaded: a course after those that it requires."""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

from courses.packages.package import Package
from courses.packages.problems import PackageErrors


def in_order(packages: Iterable[Package]) -> tuple[list[Package], dict[str, PackageErrors]]:
    """Return the packages in the order of loading, and what is wrong with those left out, by key.

    Left out are courses that require each other in a circle.
    """
    waiting = {package.key: package for package in packages}
    problems: dict[str, PackageErrors] = {}
    while True:
        graph = {key: set(package.course.requires) for key, package in waiting.items()}
        try:
            order = list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            for key in sorted(set(error.args[1])):
                problems[key] = _circle(waiting.pop(key), error.args[1])
        else:
            return [waiting[key] for key in order if key in waiting], problems


def _circle(package: Package, keys: list[str]) -> PackageErrors:
    named = next(key for key in package.course.requires if key in keys)
    message = f"these courses require each other: {', '.join(sorted(set(keys)))}; take one out"
    return PackageErrors([package.problem("course", named, message)])
