"""What the page of `async-route-could-be-sync` says of threads, asked of the real FastAPI."""

import asyncio
import json
import sys
import threading
from contextvars import ContextVar
from typing import Any

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, Request, WebSocket
from fastapi.responses import JSONResponse

user: ContextVar[str] = ContextVar("user", default="nobody")


@pytest.fixture
def app() -> FastAPI:
    return FastAPI()


@pytest.fixture
def get(app):
    """Sends a GET request to the application, without a network, and gives what comes back."""

    def send(path: str) -> Any:
        bodies: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def note(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.body":
                bodies.append(message["body"])

        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
        asyncio.run(app(scope, receive, note))
        return json.loads(b"".join(bodies))

    return send


def is_in_thread() -> bool:
    return threading.current_thread() is not threading.main_thread()


def test_plain_routes_and_dependencies_run_in_threads(app, get):
    @app.get("/")
    def read(below: bool = Depends(is_in_thread)) -> list[bool]:
        return [below, is_in_thread()]

    assert get("/") == [True, True]


def test_plain_generator_dependencies_run_in_threads(app, get):
    seen: list[bool] = []

    def session():
        seen.append(is_in_thread())
        yield
        seen.append(is_in_thread())

    @app.get("/", dependencies=[Depends(session)])
    async def read() -> bool:
        return is_in_thread()

    assert get("/") is False
    assert seen == [True, True]


def test_plain_background_tasks_run_in_threads(app, get):
    seen: list[bool] = []

    @app.get("/")
    async def read(tasks: BackgroundTasks) -> None:
        tasks.add_task(lambda: seen.append(is_in_thread()))

    get("/")
    assert seen == [True]


def test_plain_exception_handlers_run_in_threads_where_no_exception_is_handled(app, get):
    @app.exception_handler(KeyError)
    def on_key_error(_: Request, __: KeyError) -> JSONResponse:
        return JSONResponse([is_in_thread(), sys.exc_info()[0] is None])

    @app.exception_handler(ValueError)
    async def on_value_error(_: Request, __: ValueError) -> JSONResponse:
        return JSONResponse([is_in_thread(), sys.exc_info()[0] is None])

    @app.get("/key")
    async def key() -> None:
        raise KeyError

    @app.get("/value")
    async def value() -> None:
        raise ValueError

    assert get("/key") == [True, True]
    assert get("/value") == [False, False]


def test_what_a_plain_dependency_sets_in_its_context_is_lost(app, get):
    def in_thread() -> None:
        user.set("ada")

    async def on_loop() -> None:
        user.set("ada")

    @app.get("/thread", dependencies=[Depends(in_thread)])
    async def thread() -> str:
        return user.get()

    @app.get("/loop", dependencies=[Depends(on_loop)])
    async def loop() -> str:
        return user.get()

    assert get("/thread") == "nobody"
    assert get("/loop") == "ada"


def test_what_a_plain_dependency_keeps_in_the_request_stays(app, get):
    def keep(request: Request) -> None:
        request.state.user = "ada"

    @app.get("/", dependencies=[Depends(keep)])
    async def read(request: Request) -> str:
        user: str = request.state.user
        return user

    assert get("/") == "ada"


def test_a_plain_websocket_route_fails(app):
    @app.websocket("/")
    def chat(websocket: WebSocket) -> None: ...

    async def nothing(*_: Any) -> dict[str, Any]:
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/", "query_string": b"", "headers": []}
    with pytest.raises(TypeError):
        asyncio.run(app(scope, nothing, nothing))
