"""Doing several things at the same moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def at_once(*works: Callable[[], Any], refusals: tuple[type[Exception], ...] = ()) -> list[Any]:
    """Do every work at the same moment, each with a connection of its own.

    Returns the outcomes: what each returned, or the type of the refusal that it met.
    """
    barrier = Barrier(len(works))

    def do(work: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return work()
        except refusals as refused:
            return type(refused)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result() for done in [pool.submit(do, work) for work in works]]


def slowly(rule: Callable[..., Any]) -> Callable[..., Any]:
    """Make a rule take as long as on a very busy machine, so that everybody is inside at once."""

    def slowed(*args: Any, **options: Any) -> Any:
        result = rule(*args, **options)
        time.sleep(0.2)
        return result

    return slowed
