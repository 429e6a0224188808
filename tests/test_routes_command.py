"""`fastlint routes`: what is listed, as a table and for programs."""

import json

import pytest
from click.testing import CliRunner, Result

from fastlint import cli

FILES = {
    "app/__init__.py": "",
    "app/main.py": """\
from fastapi import FastAPI

from app import users

app = FastAPI()
app.include_router(users.router, prefix="/api")


@app.get("/health", response_model=None)
def health():
    return "ok"


@app.websocket("/live")
async def live(websocket): ...
""",
    "app/users.py": """\
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel


class User(BaseModel):
    name: str


def session(): ...


async def current_user(session: Annotated[object, Depends(session)]) -> User: ...


router = APIRouter(prefix="/users")


@router.get("/{name}")
async def read(name: str, user: Annotated[User, Depends(current_user)]) -> list[User] | None: ...


@router.api_route("/", methods=["POST", "PUT"], response_model=User)
def write(user: User): ...
""",
}


@pytest.fixture
def routes(tmp_path, monkeypatch, write_files):
    """Runs `fastlint routes` in a folder that holds these files."""

    def run(*arguments: str, files: dict[str, str] = FILES) -> Result:
        write_files(tmp_path, files)
        monkeypatch.chdir(tmp_path)
        return CliRunner().invoke(cli.main, ("routes", *arguments), prog_name="fastlint")

    return run


def rows(result: Result) -> dict[str, dict[str, object]]:
    return {row["path"]: row for row in json.loads(result.stdout)}


def test_every_route_is_listed_with_its_full_path(routes):
    result = routes("app")
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert [line[:2] for line in lines] == [
        ["METHOD", "PATH"],
        ["POST|PUT", "/api/users/"],
        ["GET", "/api/users/{name}"],
        ["GET", "/health"],
        ["WEBSOCKET", "/live"],
    ]


def test_routes_are_listed_for_programs(routes):
    found = rows(routes("app", "--output-format", "json"))
    assert found["/api/users/{name}"] == {
        "methods": ["GET"],
        "path": "/api/users/{name}",
        "function": "app.users.read",
        "runs_on": "event loop",
        "dependencies": ["current_user", "session"],
        "response_model": "list[User] | None",
        "file": "app/users.py",
        "line": 20,
    }


def test_ordinary_functions_run_in_a_worker_thread(routes):
    found = rows(routes("app", "--output-format", "json"))
    assert found["/api/users/"]["runs_on"] == "worker thread"
    assert found["/live"]["runs_on"] == "event loop"


def test_a_route_without_a_response_model_has_none(routes):
    found = rows(routes("app", "--output-format", "json"))
    assert found["/health"]["response_model"] is None
    assert found["/api/users/"]["response_model"] == "User"


def test_only_routes_of_the_files_that_were_named_are_listed(routes):
    found = rows(routes("app/main.py", "--output-format", "json"))
    assert set(found) == {"/health", "/live"}


def test_what_is_not_known_is_shown_as_such(routes):
    code = """\
from fastapi import Depends, FastAPI
from vendor import decorate, path, user

app = FastAPI()


@app.get(path)
@decorate
def read(user=Depends(user)): ...
"""
    found = rows(routes("main.py", "--output-format", "json", files={"main.py": code}))
    assert found["…"]["runs_on"] is None
    assert found["…"]["dependencies"] == ["…"]


def test_a_project_without_routes_is_told_so(routes):
    result = routes(".", files={"main.py": "x = 1\n"})
    assert (result.exit_code, result.stdout) == (0, "No routes are declared here.\n")


def test_a_file_that_cannot_be_read_is_named(routes):
    result = routes("app", files={**FILES, "app/broken.py": "def\n"})
    assert result.exit_code == cli.COULD_NOT
    assert "app/broken.py:1" in result.stderr
    assert "/health" in result.stdout


def test_a_folder_that_does_not_exist_is_an_error(routes):
    result = routes("missing")
    assert result.exit_code == cli.COULD_NOT
    assert "missing" in result.stderr
