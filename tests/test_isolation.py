"""Whatever fails costs one problem, which says where, and everything else stays as it was."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

PROJECT = {
    "pyproject.toml": "",
    "app/__init__.py": "",
    "app/main.py": """\
import asyncio

from fastapi import FastAPI

from app.clock import wait

app = FastAPI()


@app.get("/")
async def read() -> None:
    wait()
    asyncio.sleep(1)
""",
    "app/clock.py": """\
import time


def wait() -> None:
    time.sleep(1)
""",
}
"""A small project with findings that need both files."""

WATCHING = """\
import os

import libcst as cst

from fastlint.rule import Rule

rule = Rule(__name__)


@rule.on(cst.Name)
def check(node, module):
    match node.value:
        case "seen":
            yield module.finding(node, "seen")
        case "crash":
            raise ZeroDivisionError("the check divided by zero")
        case "die":
            os._exit(3)
"""
"""A check that reports, raises and dies as the code tells it to."""

LISTENING = """\
import libcst as cst

from fastlint.rule import Rule

rule = Rule(__name__)


@rule.on(cst.Name)
def check(node, module):
    if node.value in {"seen", "crash"}:
        yield module.finding(node, "heard")
"""
"""A check of the same nodes that never fails."""

FAILING = """\
from fastlint.diagnostics import Finding, Span
from fastlint.rule import Rule

rule = Rule(__name__)


@rule.on_project
def check(project):
    yield Finding(rule=rule.name, path="app/main.py", span=Span(1, 0, 1, 6), message="before")
    raise ZeroDivisionError("the check divided by zero")
"""
"""A check of the project that finds something, and then raises."""

CHECKS = {"acme_watching": WATCHING, "acme_listening": LISTENING}
PAGES = {"ACME1": "acme-watching", "ACME2": "acme-listening"}


class Run(NamedTuple):
    """What a run said, and how it ended."""

    exit_code: int
    findings: list[dict[str, Any]]
    problems: list[dict[str, Any]]

    def rules(self, path: str) -> list[tuple[str, int]]:
        """The rules and lines of what is reported in a file."""
        return [(at["rule"], at["line"]) for at in self.findings if at["path"] == path]


@pytest.fixture(scope="module")
def check(write_files, install_plugin, tmp_path_factory):
    """Checks the project with further files in it, under the watch of a plugin."""

    def check(files, *, jobs=1, failing=False, prepare=None) -> Run:
        checks, pages = dict(CHECKS), dict(PAGES)
        if failing:
            checks["acme_failing"], pages["ACME3"] = FAILING, "acme-failing"
        site = install_plugin(tmp_path_factory.mktemp("site"), "acme", checks, pages)
        folder = write_files(tmp_path_factory.mktemp("project"), PROJECT | files)
        if prepare is not None:
            prepare(folder)
        run = subprocess.run(
            [sys.executable, "-m", "fastlint", ".", "--output-format=json", f"--jobs={jobs}"],
            cwd=folder,
            env=environment(site),
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in run.stderr
        report = json.loads(run.stdout)
        return Run(run.returncode, report["findings"], report["problems"])

    return check


@pytest.fixture(scope="module")
def whole(check) -> Run:
    """The project with nothing broken in it."""
    run: Run = check({})
    assert (run.exit_code, run.problems) == (1, [])
    assert run.rules("app/main.py") == [("blocking-sleep", 12), ("unawaited-coroutine", 13)]
    return run


def assert_isolated(broken: Run, whole: Run, *, path: str, kind: str) -> None:
    """One problem, with its address, and the findings in the other files as they were."""
    assert [(at["path"], at["kind"]) for at in broken.problems] == [(path, kind)]
    assert broken.exit_code == 2
    assert [at for at in broken.findings if at["path"] != path] == whole.findings


# --- files -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param("def broken(:\n", "syntax", id="syntax error"),
        pytest.param("a = " + "[" * 2_000 + "]" * 2_000, "syntax", id="2,000 nested brackets"),
        pytest.param(b"name = '\xff\xfe'\n", "unreadable", id="bad bytes"),
        pytest.param("# coding: klingon\n", "unreadable", id="unknown codec"),
        pytest.param(b"\x7fELF\x00\x00\x01", "unreadable", id="binary"),
    ],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_broken_file(check, whole, content, kind, jobs):
    broken = check({"app/broken.py": content}, jobs=jobs)
    assert_isolated(broken, whole, path="app/broken.py", kind=kind)


def test_a_syntax_error_says_where(check):
    (problem,) = check({"app/broken.py": "a = 1\nb = = 2\n"}).problems
    assert (problem["line"], problem["column"]) == (2, 5)


def test_a_file_that_cannot_be_read(check, whole):
    def prepare(folder: Path) -> None:
        path = folder / "app" / "broken.py"
        path.chmod(0)
        if os.access(path, os.R_OK):  # we are root, who may read all files but those of no use
            path.unlink()
            path.symlink_to("/proc/self/mem")

    broken = check({"app/broken.py": ""}, prepare=prepare)
    assert_isolated(broken, whole, path="app/broken.py", kind="unreadable")


def test_a_link_to_nowhere(check, whole):
    def prepare(folder: Path) -> None:
        (folder / "app" / "broken.py").symlink_to("nowhere.py")

    broken = check({}, prepare=prepare)
    assert_isolated(broken, whole, path="app/broken.py", kind="unreadable")


def test_several_broken_files(check, whole):
    broken = check({"app/one.py": "def broken(:\n", "app/two.py": b"\xff", "app/three.py": b"\0"})
    assert [at["path"] for at in broken.problems] == ["app/one.py", "app/three.py", "app/two.py"]
    assert broken.findings == whole.findings


# --- checks ------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_check_that_raises_at_a_node_is_off_for_the_file(check, whole, jobs):
    broken = check({"app/broken.py": "seen\ncrash\nseen\n", "zone.py": "seen\n"}, jobs=jobs)
    (problem,) = broken.problems
    assert (problem["path"], problem["kind"]) == ("app/broken.py", "internal")
    assert problem["rule"] == "acme-watching"
    assert "the check divided by zero" in problem["message"]
    assert broken.exit_code == 2
    assert broken.rules("app/broken.py") == [
        ("acme-watching", 1),
        ("acme-listening", 1),
        ("acme-listening", 2),
        ("acme-listening", 3),
    ]
    assert broken.rules("zone.py") == [("acme-watching", 1), ("acme-listening", 1)]
    assert [at for at in broken.findings if at["category"] != "acme"] == whole.findings


def test_a_project_check_that_raises_keeps_what_it_found(check, whole):
    broken = check({}, failing=True)
    (problem,) = broken.problems
    assert (problem["kind"], problem["rule"]) == ("internal", "acme-failing")
    assert "the check divided by zero" in problem["message"]
    assert broken.exit_code == 2
    assert [at["message"] for at in broken.findings if at["rule"] == "acme-failing"] == ["before"]
    assert [at for at in broken.findings if at["rule"] != "acme-failing"] == whole.findings


def test_a_worker_that_dies_costs_the_file_that_killed_it(check, whole):
    healthy = {f"app/healthy_{n}.py": "seen\n" for n in range(40)}
    broken = check(healthy | {"app/broken.py": "die\n"}, jobs=2)
    (problem,) = broken.problems
    assert (problem["path"], problem["kind"]) == ("app/broken.py", "internal")
    assert broken.exit_code == 2
    assert [at for at in broken.findings if at["category"] != "acme"] == whole.findings
    assert all(
        broken.rules(path) == [("acme-watching", 1), ("acme-listening", 1)] for path in healthy
    )


@pytest.mark.parametrize("jobs", [1, 2])
def test_files_named_like_modules_of_python_are_not_imported(write_files, tmp_path, jobs):
    # Not `types.py`: `python -m` itself imports that, before any of our code runs.
    shadows = ["http.py", "queue.py", "click.py", "pydantic.py", "libcst.py"]
    project = write_files(
        tmp_path / "project",
        dict.fromkeys(shadows, "raise SystemExit('this is not for fastlint')\n"),
    )
    run = subprocess.run(
        [sys.executable, "-m", "fastlint", ".", f"--jobs={jobs}"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert run.stdout == f"No findings in {len(shadows)} files.\n"


# --- plugins -----------------------------------------------------------------------


def test_a_plugin_that_cannot_be_imported_ends_the_run(install_plugin, write_files, tmp_path):
    site = install_plugin(tmp_path, "acme_absent", {"acme_rule": "import absent_library"}, {})
    run = subprocess.run(
        [sys.executable, "-m", "fastlint", "."],
        cwd=write_files(tmp_path / "project", PROJECT),
        env=environment(site),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert run.stdout == ""
    assert "plugin `acme_absent` cannot be imported" in run.stderr
    assert "absent_library" in run.stderr
    assert "Traceback" not in run.stderr


def environment(site: Path) -> dict[str, str]:
    """One in which the plugins of a folder are installed."""
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(site), *filter(None, sys.path)])}
