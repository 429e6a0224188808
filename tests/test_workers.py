"""Work on a deep stack and in processes: what comes back, and what a death costs."""

import gc
import math
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

import pytest

from fastlint import workers
from fastlint.workers import Failure


def results(function: Callable[..., Any], items: Sequence[Any], jobs: int = 2) -> list[Any]:
    """What `spread` made of the items, in their order."""
    by_index = dict(workers.spread(function, items, jobs))
    assert sorted(by_index) == list(range(len(items)))
    return [by_index[index] for index in range(len(items))]


# --- on a deep stack ---------------------------------------------------------------


def test_deep_returns_what_the_function_returns():
    assert workers.deep(lambda: 42) == 42


def test_deep_raises_what_the_function_raises():
    with pytest.raises(ZeroDivisionError):
        workers.deep(lambda: 1 / 0)


def test_deep_runs_far_recursion():
    def depth(left: int) -> int:
        # `max` calls back from C, which takes real stack.
        return 0 if left == 0 else 1 + max([left - 1], key=depth)

    assert workers.deep(lambda: depth(3_000)) == 3_000


def test_deep_leaves_the_limits_as_they_were():
    before = (sys.getrecursionlimit(), threading.stack_size())
    workers.deep(lambda: None)
    assert (sys.getrecursionlimit(), threading.stack_size()) == before


def test_the_collector_is_off_only_inside():
    with workers.collector_off():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_stays_off_where_it_was_off():
    gc.disable()
    try:
        with workers.collector_off():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_an_attempt_that_fails_says_why_and_where():
    failure = workers.attempt(int, "x\ny")
    assert isinstance(failure, Failure)
    assert failure.reason.startswith("ValueError: invalid literal for int()")
    assert "workers.py:" in failure.reason
    assert "\n" not in failure.reason


# --- in processes ------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_every_item_gives_its_result(jobs):
    assert results(math.sqrt, [n * n for n in range(100)], jobs) == list(range(100))


def test_no_items_need_no_process():
    assert results(math.sqrt, []) == []


def test_an_error_costs_one_item():
    first, second, third = results(math.sqrt, [4, -1, 9])
    assert (first, third) == (2, 3)
    assert isinstance(second, Failure)
    assert second.reason.startswith("ValueError: math domain error")


def test_a_result_that_cannot_travel_costs_one_item():
    first, second = results(eval, ["1 + 1", "lambda: 0"])
    assert first == 2
    assert isinstance(second, Failure)


def test_a_death_costs_the_item_that_caused_it():
    killer = f"__import__('os').kill(__import__('os').getpid(), {int(signal.SIGKILL)})"
    items = [str(number) for number in range(50)]
    items[17] = killer
    spread = results(eval, items)
    assert spread[17] == Failure("the worker process died: SIGKILL")
    del items[17], spread[17]
    assert spread == [int(item) for item in items]


def test_an_exit_is_a_death_too():
    assert results(eval, ["__import__('os')._exit(3)", "2"]) == [
        Failure("the worker process died: exit code 3"),
        2,
    ]


def test_several_deaths_cost_several_items():
    items = ["__import__('os')._exit(3)" if number % 5 == 0 else "1" for number in range(20)]
    failed = [isinstance(result, Failure) for result in results(eval, items)]
    assert failed == [number % 5 == 0 for number in range(20)]


def test_no_process_is_left_behind():
    pids = set(results(eval, ["__import__('os').getpid()"] * 20))
    assert os.getpid() not in pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_no_process_is_left_behind_by_one_who_stops_listening():
    with closing(workers.spread(eval, ["__import__('os').getpid()"] * 100, 2)) as spread:
        _, pid = next(spread)
    assert isinstance(pid, int)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_workers_recurse_far():
    nested = "[" * 90 + "]" * 90
    pushed = f"[x := {nested}] and [x := [x] for _ in range(5_000)] and len(repr(x)) > 5_000"
    assert results(eval, [pushed]) == [True]
