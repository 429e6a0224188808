"""Coroutine values: what becomes of a coroutine that is not awaited at once."""

import pytest

from fastlint import testing

HEAD = "import asyncio\nasync def work(): ...\nasync def other(): ...\n"


def check(text: str) -> None:
    assert not testing.check({"app.py": text}, select=["coroutines"])


@pytest.mark.parametrize(
    "body",
    [
        "await work()",
        "return work()",
        "c = work()\n    await c",
        "await asyncio.gather(work(), other())",
        "await asyncio.wait_for(work(), 1)",
        "t = asyncio.create_task(work())\n    await t",
        "cs = [work() for _ in range(3)]\n    await asyncio.gather(*cs)",
        "async with asyncio.TaskGroup() as g:\n        g.create_task(work())",
        "yield work()",
        "for c in [work(), other()]:\n        await c",
    ],
)
def test_used_well(body):
    check(f"{HEAD}async def f():\n    {body}\n")


@pytest.mark.parametrize(
    "body",
    [
        "work()  # error:",
        "c = work()  # error:",
        "_ = work()  # error:",
        "if work():  # error:\n        pass",
        "x = not work()  # error:",
        "print(f'{work()}')  # error:",
    ],
)
def test_never_awaited(body):
    check(f"{HEAD}async def f():\n    {body}\n")


def test_a_function_that_passes_a_coroutine_through():
    check(f"{HEAD}def through():\n    return work()\nasync def f():\n    through()  # error:\n")


def test_a_method_behind_a_protocol():
    check(
        "from typing import Protocol\nclass P(Protocol):\n    async def work(self): ...\n"
        "async def f(p: P):\n    p.work()  # error:\n"
    )


def test_an_asynchronous_generator_is_no_coroutine():
    check("async def g():\n    yield 1\nasync def f():\n    g()\n")


def test_main_runs_it():
    check(f"{HEAD}asyncio.run(work())\n")


def test_what_a_library_calls_a_method_with_that_takes_the_place_of_its_own():
    assert not testing.check(
        {
            "app.py": "from starlette.endpoints import WebSocketEndpoint\n"
            "class Echo(WebSocketEndpoint):\n"
            "    async def on_receive(self, websocket, data):\n"
            "        websocket.send_text(data)  # error:\n"
            "        await websocket.send_text(data)\n"
        },
        select=["unawaited-coroutine"],
    )


def test_an_annotation_is_believed_unless_something_else_is_handed_on():
    assert not testing.check(
        {
            "app.py": "async def work() -> str: return ''\n"
            "def named(name: str) -> str:\n    return name\n"
            "def upper(name: str) -> str:\n    return name.upper()\n"
            "def handed(name: str) -> str:\n    return work()\n"
            "async def f():\n"
            "    await named('a')  # error:\n    await upper('a')  # error:\n"
            "    await handed('a')\n"
        },
        select=["await-of-non-awaitable"],
    )
