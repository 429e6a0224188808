"""What the pages of the category `fastapi` say of routes, asked of the real FastAPI."""

import asyncio
import json
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Body, FastAPI, HTTPException, Path, Query, Response
from fastapi.exceptions import FastAPIError
from fastapi.responses import JSONResponse
from pydantic import BaseModel


class Item(BaseModel):
    name: str


class Plain:
    pass


@pytest.fixture
def app() -> FastAPI:
    return FastAPI()


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: Any


@pytest.fixture
def get(app):
    """Sends a GET request to the application, without a network."""

    def send(path: str, query: str = "") -> Answer:
        messages: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request"}

        async def reply(message: dict[str, Any]) -> None:
            messages.append(message)

        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [],
        }
        asyncio.run(app(scope, receive, reply))
        start, *rest = messages
        headers = {key.decode(): value.decode() for key, value in start["headers"]}
        return Answer(start["status"], headers, json.loads(b"".join(m["body"] for m in rest)))

    return send


def test_a_returned_exception_answers_200(app, get):
    app.get("/")(lambda: HTTPException(404))
    answer = get("/")
    assert (answer.status, answer.body["status_code"]) == (200, 404)


def test_a_status_beside_the_body_answers_200(app, get):
    app.get("/")(lambda: ({"error": "no"}, 404))
    answer = get("/")
    assert (answer.status, answer.body) == (200, [{"error": "no"}, 404])


def test_the_first_route_that_fits_answers(app, get):
    app.get("/users/{name}")(lambda name: f"first {name}")
    app.get("/users/me")(lambda: "second")
    app.get("/users/{other}")(lambda other: f"third {other}")
    assert get("/users/me").body == "first me"


def test_a_type_does_not_narrow_a_path_and_a_convertor_does(app, get):
    def read(number: int) -> int:
        return number

    app.get("/typed/{number}")(read)
    app.get("/typed/me")(lambda: "me")
    app.get("/narrow/{number:int}")(read)
    app.get("/narrow/me")(lambda: "me")
    assert get("/typed/me").status == 422
    assert get("/narrow/me").body == "me"


def test_a_path_without_a_slash_never_matches(app, get):
    app.get("users")(lambda: "users")
    assert get("/users").status == 404


def test_a_path_without_a_slash_is_glued_to_its_prefix(app, get):
    router = APIRouter(prefix="/api")
    router.get("users")(lambda: "users")
    app.include_router(router)
    assert get("/apiusers").body == "users"


@pytest.mark.parametrize("braces", ["{number }", "{größe}", "{number:}", "{number: int}"])
def test_braces_without_a_plain_name_are_taken_literally(app, get, braces):
    app.get(f"/orders/{braces}")(lambda number: number)
    assert get("/orders/1").status == 404


@pytest.mark.parametrize("prefix", ["api", "/api/", "/"])
def test_a_malformed_prefix_raises(app, prefix):
    with pytest.raises(AssertionError, match="A path prefix must"):
        app.include_router(APIRouter(), prefix=prefix)
    with pytest.raises(AssertionError, match="A path prefix must"):
        APIRouter(prefix=prefix)


def test_a_mount_without_a_slash_raises(app):
    with pytest.raises(AssertionError):
        app.mount("static", FastAPI())


def test_a_parameter_twice_in_a_path_raises(app):
    with pytest.raises(ValueError, match="Duplicated param name"):
        app.get("/{name}/{name}")(lambda name: name)


def test_a_path_parameter_that_nobody_takes_leaves_another_in_the_query(app, get):
    def read(number: int) -> int:
        return number

    app.get("/items/{item_id}")(read)
    assert get("/items/1").body["detail"][0]["loc"] == ["query", "number"]


@pytest.mark.parametrize(
    "annotation", [Response | None, dict | JSONResponse, Plain, list[Plain], Plain | None]
)
def test_an_annotation_without_a_schema_raises(app, annotation):
    def read() -> Any: ...

    read.__annotations__["return"] = annotation
    with pytest.raises(FastAPIError):
        app.get("/")(read)
    app.get("/", response_model=None)(read)


@pytest.mark.parametrize("status", [204, 205, 304])
def test_a_model_for_a_status_without_a_body_raises(app, status):
    with pytest.raises(AssertionError, match="must not have a response body"):
        app.get("/", status_code=status, response_model=Item)(lambda: None)


def test_a_response_bypasses_the_model(app, get):
    app.get("/", response_model=Item)(lambda: JSONResponse({"secret": 1}))
    assert get("/").body == {"secret": 1}


def test_what_is_set_on_the_injected_response_is_lost_with_another(app, get):
    def read(response: Response) -> JSONResponse:
        response.headers["X-Name"] = "name"
        return JSONResponse({})

    app.get("/")(read)
    assert "x-name" not in get("/").headers


def test_a_wrapper_without_a_signature_asks_for_its_own_parameters(app, get):
    def wrapper(*args, **kwargs): ...

    app.get("/")(wrapper)
    missing = [error["loc"] for error in get("/").body["detail"]]
    assert missing == [["query", "args"], ["query", "kwargs"]]


def test_a_list_of_a_get_route_is_read_from_the_body(app, get):
    def read(ids: list[int]) -> list[int]:
        return ids

    app.get("/")(read)
    assert get("/", "ids=1").body["detail"][0]["loc"] == ["body"]


def test_a_default_inside_annotated_raises(app):
    def read(limit: Annotated[int, Query(10)]): ...

    with pytest.raises(AssertionError, match="default value cannot be set in `Annotated`"):
        app.get("/")(read)


@pytest.mark.parametrize("marker", [Query, Body])
def test_a_path_parameter_declared_as_another_raises(app, marker):
    def read(name): ...

    read.__annotations__["name"] = Annotated[str, marker()]
    with pytest.raises(AssertionError, match="for path param"):
        app.get("/{name}")(read)


def test_a_default_of_a_path_parameter_raises():
    with pytest.raises(AssertionError, match="cannot have a default"):
        Path(1)


def test_a_dict_of_the_query_raises(app):
    def read(options: Annotated[dict[str, Any], Query()]): ...

    with pytest.raises(AssertionError):
        app.get("/")(read)


def test_a_positional_only_parameter_is_passed_by_its_name(app, get):
    def read(number: int, /): ...

    app.get("/{number}")(read)
    with pytest.raises(TypeError, match="positional-only arguments passed as keyword"):
        get("/1")
