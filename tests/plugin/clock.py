"""A plugin for pytest with which a time limit runs out because of a hang, and never because of a slow machine.

The limit itself is so long that no machine reaches it. Whatever hangs first says so with :func:`hurry`; from then on the
limit runs out a thousand times as fast.
"""

from __future__ import annotations

import faulthandler

FACTOR = 1000

start_timer = faulthandler.dump_traceback_later
timers = []


def remember_and_start(limit, **settings):
    """Starts the timer that ends the process, as ever."""
    timers.append((limit, settings))
    start_timer(limit, **settings)


faulthandler.dump_traceback_later = remember_and_start


def hurry():
    """Starts the timer that was started last once more, with a thousandth of its time."""
    limit, settings = timers[-1]
    start_timer(limit / FACTOR, **settings)
