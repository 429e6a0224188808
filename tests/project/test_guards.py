"""Guards: code that runs off the loop, or only the first time."""

import pytest

from fastlint import testing
from fastlint.diagnostics import Severity

SLOW = "import asyncio, time\n"


def check(text: str) -> None:
    assert not testing.check({"app.py": text}, select=["blocking"])


def severities(text: str) -> list[Severity]:
    return [item.severity for item in testing.run({"app.py": text}, select=["blocking"]).findings]


# --- no event loop -----------------------------------------------------------------


def test_a_handler_of_the_probe_runs_off_the_loop():
    check(
        f"{SLOW}def wait():\n    try:\n        asyncio.get_running_loop()\n"
        "    except RuntimeError:\n        time.sleep(1)\n"
        "async def f():\n    wait()\n"
    )


def test_the_body_of_the_probe_runs_on_the_loop():
    check(
        f"{SLOW}def wait():\n    try:\n        asyncio.get_running_loop()\n        time.sleep(1)\n"
        "    except RuntimeError:\n        pass\n"
        "async def f():\n    wait()  # error:\n"
    )


def test_a_handler_of_something_else_runs_on_the_loop():
    check(
        f"{SLOW}def wait():\n    try:\n        asyncio.get_running_loop()\n"
        "    except KeyError:\n        time.sleep(1)\n"
        "async def f():\n    wait()  # error:\n"
    )


def test_a_probe_that_is_kept():
    check(
        f"{SLOW}def wait():\n    try:\n        loop = asyncio.get_running_loop()\n"
        "    except RuntimeError:\n        loop = None\n"
        "    if loop is None:\n        time.sleep(1)\n"
        "async def f():\n    wait()\n"
    )


def test_is_running_tells():
    check(
        f"{SLOW}def wait():\n    loop = asyncio.get_event_loop()\n"
        "    if not loop.is_running():\n        time.sleep(1)\n"
        "async def f():\n    wait()\n"
    )


def test_the_other_branch_of_is_running():
    check(
        f"{SLOW}def wait():\n    loop = asyncio.get_event_loop()\n"
        "    if loop.is_running():\n        time.sleep(1)\n"
        "async def f():\n    wait()  # error:\n"
    )


def test_a_predicate_of_the_project():
    check(
        f"{SLOW}def on_loop():\n    try:\n        asyncio.get_running_loop()\n        return True\n"
        "    except RuntimeError:\n        return False\n"
        "def wait():\n    if on_loop():\n        return\n    time.sleep(1)\n"
        "async def f():\n    wait()\n"
    )


def test_a_predicate_that_tells_something_else():
    check(
        f"{SLOW}def is_even(n):\n    if n % 2:\n        return False\n    return True\n"
        "def wait(n):\n    if is_even(n):\n        return\n    time.sleep(1)\n"
        "async def f():\n    wait(1)  # error:\n"
    )


# --- the first time ----------------------------------------------------------------


def test_every_time_is_an_error():
    assert severities(f"{SLOW}async def f():\n    time.sleep(1)\n") == [Severity.ERROR]


@pytest.mark.parametrize("test", ["_x is None", "not _x", "_x == None"])
def test_the_first_time_is_one_lower(test):
    text = (
        f"{SLOW}_x = None\ndef get():\n    global _x\n    if {test}:\n        time.sleep(1)\n"
        "        _x = 1\n    return _x\nasync def f():\n    get()\n"
    )
    assert severities(text) == [Severity.WARNING]


def test_the_first_time_of_an_attribute_is_one_lower():
    text = (
        f"{SLOW}class A:\n    x = None\n    def get(self):\n        if self.x is None:\n"
        "            time.sleep(1)\n            self.x = 1\n        return self.x\n"
        "a = A()\nasync def f():\n    a.get()\n"
    )
    assert severities(text) == [Severity.WARNING]


def test_a_test_of_a_local_variable_is_no_first_time():
    text = (
        f"{SLOW}def get(x):\n    if x is None:\n        time.sleep(1)\n        x = 1\n"
        "async def f():\n    get(None)\n"
    )
    assert severities(text) == [Severity.ERROR]


def test_a_cached_function_is_one_lower():
    text = (
        f"from functools import lru_cache\n{SLOW}@lru_cache\ndef get():\n    time.sleep(1)\n"
        "async def f():\n    get()\n"
    )
    assert severities(text) == [Severity.WARNING]


def test_a_cached_function_with_arguments_runs_again():
    text = (
        f"from functools import lru_cache\n{SLOW}@lru_cache\ndef get(x):\n    time.sleep(x)\n"
        "async def f(x):\n    get(x)\n"
    )
    assert severities(text) == [Severity.ERROR]


def test_what_an_import_has_warmed_is_silent():
    check(
        f"from functools import lru_cache\n{SLOW}@lru_cache\ndef get():\n    time.sleep(1)\n"
        "get()\nasync def f():\n    get()\n"
    )


def test_what_an_import_has_filled_is_silent():
    check(
        f"{SLOW}_x = None\ndef get():\n    global _x\n    if _x is None:\n        time.sleep(1)\n"
        "        _x = 1\n    return _x\nget()\nasync def f():\n    get()\n"
    )


def test_a_flag_that_says_whether_a_loop_runs():
    check(
        f"{SLOW}def wait():\n    try:\n        asyncio.get_running_loop()\n"
        "        running = True\n    except RuntimeError:\n        running = False\n"
        "    if running:\n        return\n    time.sleep(1)\n"
        "def wait_on_it():\n    try:\n        asyncio.get_running_loop()\n"
        "        running = True\n    except RuntimeError:\n        running = False\n"
        "    if running:\n        time.sleep(1)\n"
        "async def f():\n    wait()\n    wait_on_it()  # error:\n"
    )


def test_no_handler_of_a_coroutine_function_runs_off_the_loop():
    check(
        f"{SLOW}async def f(work):\n    try:\n"
        "        await asyncio.get_running_loop().run_in_executor(None, work)\n"
        "    except BaseException:\n        time.sleep(1)  # error:\n        raise\n"
    )
