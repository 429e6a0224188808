"""Contexts: which code runs on the event loop, and how often."""

import pytest

from fastlint import testing
from fastlint.diagnostics import Severity

HEAD = "import time\nfrom fastapi import FastAPI\napp = FastAPI()\n"


def check(text: str) -> None:
    assert not testing.check({"app.py": text}, select=["blocking-sleep"])


def findings(text: str):
    return testing.run({"app.py": text}, select=["blocking-sleep"]).findings


def test_a_def_endpoint_runs_in_a_thread():
    check(f"{HEAD}@app.get('/')\ndef read():\n    time.sleep(1)\n")


def test_an_async_wrapper_around_a_def_endpoint():
    check(
        f"from functools import wraps\n{HEAD}"
        "def logged(f):\n    @wraps(f)\n    async def wrapper(*args, **kwargs):\n"
        "        return f(*args, **kwargs)  # error:\n    return wrapper\n"
        "@app.get('/')\n@logged\ndef read():\n    time.sleep(1)\n"
    )


def test_a_def_endpoint_under_an_unknown_decorator_is_silent():
    check(f"from nowhere import d\n{HEAD}@app.get('/')\n@d\ndef read():\n    time.sleep(1)\n")


@pytest.mark.parametrize("prefix", ["async ", ""])
def test_a_handler_of_the_start_is_one_lower(prefix):
    text = f"{HEAD}@app.on_event('startup')\n{prefix}def start():\n    time.sleep(1)\n"
    assert [item.severity for item in findings(text)] == [Severity.WARNING]


def test_a_lifespan_is_one_lower():
    text = (
        "import time\nfrom contextlib import asynccontextmanager\nfrom fastapi import FastAPI\n"
        "@asynccontextmanager\nasync def lifespan(app):\n    time.sleep(1)\n    yield\n"
        "app = FastAPI(lifespan=lifespan)\n"
    )
    assert [item.severity for item in findings(text)] == [Severity.WARNING]


@pytest.mark.parametrize(
    ("code", "lifespan"),
    [
        (
            (
                "@asynccontextmanager\nasync def part(app):\n    time.sleep(1)\n    yield\n"
                "@asynccontextmanager\nasync def lifespan(app):\n"
                "    async with AsyncExitStack() as stack:\n"
                "        await stack.enter_async_context(part(app))\n        yield\n"
            ),
            "lifespan",
        ),
        (
            (
                "class Lifespan:\n    def __init__(self, app):\n        self.app = app\n"
                "    async def __aenter__(self):\n        time.sleep(1)\n"
                "    async def __aexit__(self, *exc):\n        ...\n"
            ),
            "Lifespan",
        ),
        (
            (
                "import httpx\n"
                "@asynccontextmanager\nasync def part(app):\n    app.state.client = Client()\n"
                "    yield\n    app.state.client.close()\n"
                "class Client:\n    def close(self):\n        time.sleep(1)\n"
                "@asynccontextmanager\nasync def lifespan(app):\n"
                "    async with part(app):\n        yield\n"
            ),
            "lifespan",
        ),
    ],
)
def test_what_a_lifespan_enters_is_one_lower(code, lifespan):
    text = (
        "import time\nfrom contextlib import AsyncExitStack, asynccontextmanager\n"
        f"from fastapi import FastAPI\n{code}app = FastAPI(lifespan={lifespan})\n"
    )
    assert [item.severity for item in findings(text)] == [Severity.WARNING]


def test_what_start_and_requests_both_reach_is_not_lower():
    text = (
        f"{HEAD}async def load():\n    time.sleep(1)\n"
        "@app.on_event('startup')\nasync def start():\n    await load()\n"
        "@app.get('/')\nasync def read():\n    await load()\n"
    )
    assert [item.severity for item in findings(text)] == [Severity.ERROR]


@pytest.mark.parametrize(
    "code",
    [
        "async def test_x():\n    time.sleep(1)\n",
        "import pytest\n@pytest.fixture\nasync def x():\n    time.sleep(1)\n",
        "import pytest_asyncio\n@pytest_asyncio.fixture()\nasync def x():\n    time.sleep(1)\n",
    ],
)
def test_tests_and_fixtures_are_silent(code):
    check(f"import time\n{code}")


def test_what_a_route_that_a_test_calls_does_is_reported():
    check(
        f"{HEAD}@app.get('/')\nasync def read():\n    time.sleep(1)  # error:\n"
        "async def test_read():\n    await read()\n"
    )


def test_the_entry_of_a_route():
    text = f"{HEAD}@app.get('/users/{{id}}')\nasync def read(id: int):\n    time.sleep(1)\n"
    assert [item.entry for item in findings(text)] == ["GET /users/{id}"]


def test_the_entry_of_what_a_route_awaits():
    text = (
        f"{HEAD}async def load():\n    time.sleep(1)\n"
        "@app.get('/users')\nasync def read():\n    await load()\n"
    )
    assert [item.entry for item in findings(text)] == ["GET /users"]


def test_an_async_dependency():
    check(
        f"{HEAD}from fastapi import Depends\n"
        "async def user():\n    time.sleep(1)  # error:\n"
        "@app.get('/')\ndef read(u=Depends(user)):\n    pass\n"
    )


def test_a_def_dependency_runs_in_a_thread():
    check(
        f"{HEAD}from fastapi import Depends\n"
        "def user():\n    time.sleep(1)\n"
        "@app.get('/')\nasync def read(u=Depends(user)):\n    pass\n"
    )


def test_a_middleware():
    check(
        f"{HEAD}@app.middleware('http')\nasync def m(request, call_next):\n"
        "    time.sleep(1)  # error:\n    return await call_next(request)\n"
    )


def test_a_background_task_that_is_no_coroutine_function_runs_in_a_thread():
    check(
        f"{HEAD}from fastapi import BackgroundTasks\ndef slow():\n    time.sleep(1)\n"
        "@app.get('/')\nasync def read(tasks: BackgroundTasks):\n    tasks.add_task(slow)\n"
    )


def test_the_rendering_of_a_response():
    check(
        f"{HEAD}from fastapi import Response\n"
        "class Slow(Response):\n    def render(self, content):\n        time.sleep(1)\n"
        "        return b''\n"
        "@app.get('/')\nasync def read():\n    return Slow('')  # error:\n"
    )


def test_the_response_class_of_a_route_and_of_its_router():
    check(
        f"{HEAD}from fastapi import APIRouter\nfrom fastapi.responses import JSONResponse\n"
        "class Slow(JSONResponse):\n"
        "    def render(self, content):\n        return self.text().encode()  # error:\n"
        "    def text(self):\n        time.sleep(1)\n        return ''\n"
        "class Slower(JSONResponse):\n"
        "    def render(self, content):\n        time.sleep(1)  # error:\n        return b''\n"
        "class Unused(JSONResponse):\n"
        "    def render(self, content):\n        time.sleep(1)\n        return b''\n"
        "router = APIRouter(default_response_class=Slower)\n"
        "@app.get('/', response_class=Slow)\ndef read():\n    return {}\n"
        "@router.get('/slower')\nasync def slower():\n    return {}\n"
        "app.include_router(router)\n"
    )


@pytest.mark.parametrize(("load", "marker"), [("slow", "  # error:"), ("quick", "")])
def test_routes_that_a_function_makes_for_each_of_its_callers(load, marker):
    check(
        f"{HEAD}from fastapi import APIRouter\n"
        "def slow():\n    time.sleep(1)\n"
        "def quick():\n    return 1\n"
        "def build(prefix, load):\n"
        "    router = APIRouter(prefix=prefix)\n"
        f"    @router.get('/')\n    async def index():\n        return load(){marker}\n"
        "    return router\n"
        f"app.include_router(build('/items', {load}))\n"
    )


def test_a_coroutine_function_that_the_function_around_makes_nothing_of():
    check(
        f"{HEAD}@app.get('/')\nasync def read():\n"
        "    async def unused():\n        time.sleep(1)\n"
        "    async def used():\n        time.sleep(1)  # error:\n"
        "    return used\n"
    )
