"""A run from paths to report."""

import subprocess
import sys
from pathlib import Path

import pytest

from fastlint import engine
from fastlint.config import ConfigError, load
from fastlint.diagnostics import Problem, ProblemKind, Report, Reported, Severity
from fastlint.discovery import discover

ROUTES = """\
from fastapi import FastAPI

from app.clock import wait

app = FastAPI()


@app.get("/")
async def read() -> None:
    wait()
"""
CLOCK = """\
import asyncio
import time


def wait() -> None:
    time.sleep(1)


async def pause() -> None:
    asyncio.sleep(1)
"""
PROJECT = {
    "fastlint.toml": "",
    "app/__init__.py": "",
    "app/routes.py": ROUTES,
    "app/clock.py": CLOCK,
}
FL101, FL201 = ("app/routes.py", 10, "FL101"), ("app/clock.py", 10, "FL201")


@pytest.fixture
def run(write_files, tmp_path, monkeypatch):
    """What a run on a project in the working directory reports."""

    def run(files, *paths, stdin=None, progress=None, **overrides) -> Report:
        monkeypatch.chdir(write_files(tmp_path, PROJECT | files))
        named = [Path(path) for path in paths]
        given = {name.replace("_", "-"): value for name, value in overrides.items()}
        config = load(named, overrides={"jobs": 1} | given)
        more = {} if progress is None else {"progress": progress}
        return engine.run(named, config, stdin=stdin, **more)

    return run


def places(report: Report) -> list[tuple[str, int, str]]:
    return [(at.path, at.span.line, at.code) for at in report.findings]


def only(report: Report) -> Reported:
    (finding,) = report.findings
    return finding


# --- what is reported on -----------------------------------------------------------


def test_the_whole_project_is_reported_without_paths(run):
    report = run({})
    assert places(report) == [FL201, FL101]
    assert (report.summary.files, report.summary.analysed) == (3, 3)


def test_only_what_is_named_is_reported_but_all_is_analysed(run):
    report = run({}, "app/routes.py")
    assert places(report) == [FL101]
    assert (report.summary.files, report.summary.analysed) == (1, 3)


def test_findings_do_not_depend_on_what_else_is_named(run):
    whole = run({}).findings
    for path in ("app/routes.py", "app/clock.py"):
        assert run({}, path).findings == tuple(at for at in whole if at.path == path)


def test_standard_input_takes_the_place_of_a_file(run):
    changed = CLOCK.replace("time.sleep(1)", "pass").encode()
    assert places(run({}, stdin=("app/clock.py", changed))) == [FL201]


def test_standard_input_need_not_exist_as_a_file(run):
    report = run({}, stdin=("app/new.py", b"import asyncio\nasync def f():\n  asyncio.sleep(1)\n"))
    assert places(report) == [("app/new.py", 3, "FL201")]


# --- settling ----------------------------------------------------------------------


def test_code_category_and_severity_come_from_the_card(run, book):
    finding = only(run({}, "app/routes.py"))
    card = book.page(finding.rule).card
    assert (finding.code, finding.category) == (card.code, card.category)
    assert finding.severity is card.severity


def test_a_setting_decides_over_the_severity(run):
    report = run({"fastlint.toml": '[severity]\nblocking = "info"\n'})
    assert [at.severity for at in report.findings] == [Severity.ERROR, Severity.INFO]
    assert (report.summary.errors, report.summary.infos) == (1, 1)


def test_a_rule_is_silent_where_the_settings_say_so(run):
    report = run({"fastlint.toml": '[per-path-ignores]\n"app/routes.py" = ["FL101"]\n'})
    assert places(report) == [FL201]
    assert report.summary.suppressed == 0


def test_a_rule_that_is_not_selected_does_not_report(run):
    assert places(run({}, select=["FL101"])) == [FL101]


def test_suppressed_findings_are_counted(run):
    commented = ROUTES.replace("wait()\n", "wait()  # fastlint: ignore[FL101]\n")
    report = run({"app/routes.py": commented})
    assert places(report) == [FL201]
    assert report.summary.suppressed == 1


def test_a_suppression_is_not_called_unused_where_its_path_is_ignored(run):
    files = {
        "fastlint.toml": '[per-path-ignores]\n"app/routes.py" = ["FL101"]\n',
        "app/routes.py": ROUTES.replace("wait()\n", "wait()  # fastlint: ignore[FL101]\n"),
    }
    assert places(run(files)) == [FL201]


def test_a_useless_suppression_is_reported(run):
    report = run({"app/new.py": "a = 1  # fastlint: ignore[blocking-http]\n"}, "app/new.py")
    assert places(report) == [("app/new.py", 1, "FL901")]


def test_a_suppression_is_not_called_unused_where_a_file_is_unknown(run):
    files = {
        "app/clock.py": "def wait(:\n",
        "app/routes.py": ROUTES.replace("wait()\n", "wait()  # fastlint: ignore[FL101]\n"),
    }
    assert places(run(files, "app/routes.py")) == []


def test_no_selected_rule_is_worth_a_note(run):
    assert run({}, ignore=["ALL"]).summary.notes == ("No rule is selected.",)


@pytest.mark.parametrize(
    "settings", ['select = ["FL999"]', "[rules.blocking-http]\nno-such-option = 1\n"]
)
def test_settings_of_unknown_rules_and_options_end_the_run(run, settings):
    with pytest.raises(ConfigError, match=r"^fastlint\.toml:\d: "):
        run({"fastlint.toml": settings})


# --- fingerprints ------------------------------------------------------------------


def fingerprints(report: Report) -> list[str]:
    return [finding.fingerprint for finding in report.findings]


def test_a_fingerprint_survives_when_lines_move(run):
    before = fingerprints(run({}))
    moved = run({"app/clock.py": "# a comment\n\n\n" + CLOCK, "app/routes.py": "\n" + ROUTES})
    assert places(moved) != [FL201, FL101]
    assert fingerprints(moved) == before


def test_a_fingerprint_survives_new_white_space(run):
    before = fingerprints(run({}))
    wrapped = CLOCK.replace("asyncio.sleep(1)", "asyncio.sleep(\n        1\n    )")
    assert fingerprints(run({"app/clock.py": wrapped})) == before


def test_a_fingerprint_changes_with_the_code(run):
    changed = CLOCK.replace("asyncio.sleep(1)", "asyncio.sleep(2)")
    assert fingerprints(run({}))[0] != fingerprints(run({"app/clock.py": changed}))[0]


def test_equal_findings_have_different_fingerprints(run):
    twice = ROUTES.replace("    wait()\n", "    wait()\n    wait()\n")
    report = run({"app/routes.py": twice}, "app/routes.py")
    first, second = fingerprints(report)
    assert first != second
    assert [first] == fingerprints(run({"app/routes.py": ROUTES}, "app/routes.py"))


def test_silencing_one_of_two_leaves_the_other_its_fingerprint(run):
    twice = ROUTES.replace("    wait()\n", "    wait()\n    wait()\n")
    _, second = fingerprints(run({"app/routes.py": twice}, "app/routes.py"))
    first_silenced = twice.replace("wait()\n", "wait()  # fastlint: ignore\n", 1)
    report = run({"app/routes.py": first_silenced}, "app/routes.py", ignore=["FL903"])
    assert fingerprints(report) == [second]


def test_fingerprints_differ_between_files_and_symbols(run):
    other = ROUTES.replace("read", "list_all")
    report = run({"app/other.py": ROUTES, "app/routes.py": ROUTES, "app/third.py": other})
    assert len(set(fingerprints(report))) == len(report.findings) == 4


# --- problems ----------------------------------------------------------------------


def test_a_broken_file_that_is_named_is_a_problem(run):
    report = run({"app/broken.py": "def broken(:\n"})
    (problem,) = report.problems
    assert (problem.kind, problem.path) == (ProblemKind.SYNTAX, "app/broken.py")
    assert report.summary.notes == ()
    assert places(report) == [FL201, FL101]


def test_a_broken_file_that_is_not_named_is_worth_a_note(run):
    report = run({"app/broken.py": "def broken(:\n"}, "app/routes.py")
    assert report.problems == ()
    (note,) = report.summary.notes
    assert note.startswith("app/broken.py:1:")
    assert places(report) == [FL101]


def test_names_of_a_broken_module_are_unknown_not_absent(run):
    report = run({"app/clock.py": "def wait(:\n"}, "app/routes.py")
    assert places(report) == []
    assert report.problems == ()


def test_problems_are_sorted(run):
    broken = {f"app/{name}.py": "def broken(:\n" for name in "cab"}
    paths = [problem.path for problem in run(broken).problems]
    assert paths == ["app/a.py", "app/b.py", "app/c.py"]


# --- sources and progress ----------------------------------------------------------


def test_lines_end_where_python_ends_them(write_files, tmp_path, monkeypatch):
    text = "a = 'one\x0ctwo\x85'\r\nb = 1\rc = 2\nd = 3"
    monkeypatch.chdir(write_files(tmp_path, {"main.py": text}))
    discovery = discover([Path("main.py")], load(isolated=True))
    lines = engine.Sources(discovery.locations).lines("main.py")
    assert list(lines) == ["a = 'one\x0ctwo\x85'", "b = 1", "c = 2", "d = 3"]


def test_a_path_that_is_not_of_the_run_has_no_lines():
    assert engine.Sources([]).lines("main.py") == ()


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_is_told_file_by_file(run, jobs):
    told: list[tuple[str, int, int]] = []
    run({}, progress=lambda *step: told.append(step), jobs=jobs)
    assert [step for step in told if step[0] == "Reading"] == [
        ("Reading", done, 3) for done in (1, 2, 3)
    ]
    assert told[-1][0] == "Checking"


def test_much_source_is_read_by_several_processes(run):
    large = {f"app/large{number}.py": "# " + "x" * 200_000 + "\n" + CLOCK for number in range(4)}
    in_one, in_many = run(large, jobs=1), run(large, jobs=None)
    assert len(in_one.findings) == 6
    assert in_many == in_one


def test_a_missing_file_among_much_source_is_a_problem(run, tmp_path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "gone.py").symlink_to("nowhere.py")
    report = run({"app/large.py": "# " + "x" * 600_000 + "\n"}, jobs=None)
    assert [problem.path for problem in report.problems] == ["app/gone.py"]


def test_one_process_does_it_all_where_no_other_can_start(write_files, tmp_path):
    # Worker processes import the main module again, and standard input cannot be read twice.
    script = (
        "from pathlib import Path\n"
        "from fastlint import engine\n"
        "from fastlint.config import load\n"
        "report = engine.run([Path('app')], load(overrides={'jobs': 2}))\n"
        "print([finding.code for finding in report.findings], report.problems)\n"
    )
    run = subprocess.run(
        [sys.executable, "-"],
        input=script,
        cwd=write_files(tmp_path, PROJECT),
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "['FL201', 'FL101'] ()\n"


def test_a_problem_is_not_a_finding(run):
    report = run({"app/broken.py": b"\0"})
    assert all(isinstance(problem, Problem) for problem in report.problems)
    assert report.summary.analysed == 3
