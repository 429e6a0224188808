"""The command line, as users meet it."""

import json
import os
import pty
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from fastlint import __version__, cli
from fastlint.config import OutputFormat
from fastlint.diagnostics import Severity
from fastlint.reports import json as json_report

MAIN = """\
import asyncio
import time

from fastapi import FastAPI

app = FastAPI()


@app.get("/users/{id}")
async def read(id: int) -> None:
    time.sleep(1)
    asyncio.sleep(1)
"""
PROJECT = {"fastlint.toml": "", "app/main.py": MAIN, "app/clean.py": "a = 1\n"}


@pytest.fixture
def project(write_files, tmp_path, monkeypatch) -> Path:
    """A project with two errors, in the working directory."""
    monkeypatch.chdir(write_files(tmp_path, PROJECT))
    monkeypatch.setenv("COLUMNS", "80")
    path: Path = tmp_path
    return path


@pytest.fixture
def fastlint(project):
    """Runs a command line in the project."""
    assert Path.cwd() == project

    def run(*arguments: str, stdin: bytes | str | None = None) -> Result:
        result = CliRunner().invoke(cli.main, arguments, input=stdin, prog_name="fastlint")
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return run


def process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Runs a command line in a process of its own."""
    command = [sys.executable, "-m", "fastlint", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def codes(result: Result) -> list[str]:
    return sorted(re.findall(r"^\S+:\d+:\d+: \w+: (FL\d+)", result.stdout, re.MULTILINE))


# --- checking ----------------------------------------------------------------------


def test_paths_are_checked_without_a_sub_command(fastlint):
    result = fastlint("app")
    assert codes(result) == ["FL101", "FL201"]
    assert result.exit_code == 1
    assert result.stderr == ""


def test_the_working_directory_is_checked_without_paths(fastlint):
    assert codes(fastlint()) == ["FL101", "FL201"]


def test_a_clean_file_gives_0(fastlint):
    result = fastlint("app/clean.py")
    assert result.stdout == "No findings in 1 file.\n"
    assert result.exit_code == 0


def test_the_text_shows_source_entry_and_help(fastlint):
    result = fastlint("app/main.py", "--select", "FL101")
    lines = result.stdout.splitlines()
    assert lines[0] == "app/main.py:11:5: error: FL101 blocking-sleep"
    assert lines[3:5] == ["  11 |     time.sleep(1)", "     |     ^^^^^^^^^^^^^"]
    assert "  reached from GET /users/{id}" in lines
    assert "  help:" in result.stdout
    assert lines[-1] == "Found 1 error in 1 of 1 file."


@pytest.mark.usefixtures("project")
def test_python_runs_the_package_as_a_module():
    run = process("app")
    assert run.returncode == 1
    assert "FL101 blocking-sleep" in run.stdout


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--select", "FL101"], ["FL101"]),
        (["--select", "blocking-sleep,unawaited-coroutine"], ["FL101", "FL201"]),
        (["--select", "FL101", "--select=coroutines"], ["FL101", "FL201"]),
        (["--select", "FL1"], ["FL101", "FL113"]),
        (["--select", "ALL", "--ignore", "FL1, FL2"], []),
        (["--ignore", "blocking"], ["FL201"]),
        (["--select", "FL4", "--extend-select", "FL101"], ["FL101"]),
    ],
)
def test_rules_are_selected(fastlint, arguments, expected):
    assert codes(fastlint("app", *arguments)) == expected


def test_statistics_count_the_findings(fastlint):
    result = fastlint("app", "--statistics")
    assert "     1  FL101  blocking-sleep\n     1  FL201  unawaited-coroutine\n" in result.stdout


def test_statistics_stay_out_of_the_output_for_programs(fastlint):
    result = fastlint("app", "--statistics", "--output-format", "json")
    json.loads(result.stdout)
    assert "     1  FL101  blocking-sleep\n" in result.stderr


def test_quiet_leaves_out_the_summary(fastlint):
    assert "Found" not in fastlint("app", "--quiet").stdout
    assert fastlint("app/clean.py", "-q").stdout == ""


def test_verbose_says_on_stderr_what_was_done(fastlint, project):
    result = fastlint("app", "--verbose")
    assert f"settings: {project / 'fastlint.toml'}" in result.stderr
    assert f"project: {project}, 2 files" in result.stderr
    assert fastlint("app").stdout == result.stdout


# --- exit codes --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "exit_code"),
    [
        ([], 1),
        (["--fail-on", "error"], 1),
        (["--exit-zero"], 0),
        (["--select", "FL4"], 0),
        (["--config", "mild.toml"], 0),
        (["--config", "mild.toml", "--fail-on", "info"], 1),
        (["--config", "strict.toml"], 0),
        (["--config", "strict.toml", "--fail-on", "warning"], 1),
    ],
)
def test_findings_decide_from_a_severity_on(fastlint, write_files, project, arguments, exit_code):
    settings = {
        "mild.toml": '[severity]\nALL = "info"\n',
        "strict.toml": 'fail-on = "error"\n[severity]\nALL = "warning"\n',
    }
    write_files(project, settings)
    assert fastlint("app/main.py", *arguments).exit_code == exit_code


@pytest.mark.parametrize("arguments", [[], ["--exit-zero"]])
def test_a_problem_gives_2_and_findings_are_still_printed(fastlint, project, arguments):
    (project / "app" / "broken.py").write_text("def broken(:\n")
    result = fastlint("app", *arguments)
    assert result.exit_code == 2
    assert codes(result) == ["FL101", "FL201"]
    assert "app/broken.py:1:" in result.stdout
    assert "1 problem: the result is not complete." in result.stdout


def test_a_broken_file_that_is_not_named_decides_nothing(fastlint, project):
    (project / "app" / "broken.py").write_text("def broken(:\n")
    result = fastlint("app/clean.py")
    assert result.exit_code == 0
    assert "note: app/broken.py:1:" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "no such file or folder: `nowhere`"),
        (["--select", "blocking-htp"], "did you mean `blocking-http`?"),
        (["--ignore", "FL1O2"], "did you mean `FL102`?"),
        (["--selct", "FL101"], "'--select'"),
        (["--output-format", "xml"], "'xml' is not one of"),
        (["--fail-on", "fatal"], "'fatal' is not one of"),
        (["--jobs", "0"], "0 is not in the range x>=1"),
        (["--config", "nowhere.toml"], "'nowhere.toml' does not exist"),
        (["--config", "fastlint.toml", "--isolated"], "exclude each other"),
        (["--output-file", "nowhere/report.txt"], "there is no folder `nowhere`"),
        (["--output-file", "app"], "`app` is a folder"),
        (["--stdin-filename", "app/main.py"], "needs `-` among the paths"),
        (["explain"], "Missing argument 'NAME|CODE'"),
        (["explain", "blocking-htp"], "did you mean `blocking-http`?"),
        (["explan", "FL101"], "did you mean `fastlint explain`?"),
    ],
)
def test_what_cannot_be_done_gives_2_and_a_reason(fastlint, arguments, said):
    result = fastlint(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("selct = []\n", "fastlint.toml:1: unknown setting `selct`: did you mean `select`?"),
        ('select = ["FL9999"]\n', "fastlint.toml:1: unknown rule or category `FL9999`"),
        ("[rules.blocking-http]\nno-such = 1\n", "fastlint.toml:2: "),
        ("select = [\n", "fastlint.toml"),
        ('catalogues = ["nowhere.toml"]\n', "fastlint.toml:1: "),
    ],
)
def test_wrong_settings_give_2_with_file_and_line(fastlint, project, settings, said):
    (project / "fastlint.toml").write_text(settings)
    result = fastlint("app")
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_wrong_catalogue_gives_2(fastlint, project):
    (project / "fastlint.toml").write_text('catalogues = ["ours.toml"]\n')
    (project / "ours.toml").write_text('library = "ours"\n[[callable]]\nname = "a"\neffect = "x"\n')
    result = fastlint("app")
    assert result.exit_code == 2
    assert "ours.toml" in result.stderr


WAITING = """\
import time
from pathlib import Path

import libcst as cst

from fastlint.rule import Rule

rule = Rule(__name__)


@rule.on(cst.Module)
def check(node, module):
    Path("started").touch()
    time.sleep(600)
    yield from ()
"""
"""A check that tells that it has started, and then does not end."""


@pytest.fixture
def interruptible():
    """What a shell runs in the background ignores interrupts, and so would its children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_gives_130(project, install_plugin, tmp_path_factory, jobs):
    site = tmp_path_factory.mktemp("site")
    install_plugin(site, "acme", {"acme_waiting": WAITING}, {"ACME1": "acme-waiting"})
    search = os.pathsep.join([str(site), *filter(None, sys.path)])
    running = subprocess.Popen(
        [sys.executable, "-m", "fastlint", "app", f"--jobs={jobs}"],
        env=os.environ | {"PYTHONPATH": search},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (project / "started").exists():
        assert running.poll() is None
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    stdout, stderr = running.communicate()
    assert (running.returncode, stdout, stderr) == (130, "", "Interrupted.\n")


# --- sub-commands ------------------------------------------------------------------


@pytest.mark.parametrize("word", ["FL101", "blocking-sleep"])
def test_explain_prints_a_page(fastlint, book, word):
    result = fastlint("explain", word)
    assert result.exit_code == 0
    assert result.stdout.startswith("# blocking-sleep (FL101)\n")
    card = book.page(word).card
    assert card.summary in result.stdout
    assert f"blocking, {card.severity}, on by default" in result.stdout
    assert "```toml" not in result.stdout.partition("## ")[0]
    assert result.stdout.endswith(book.page(word).text.partition("\n")[2])


def test_rules_lists_every_rule(fastlint, book):
    result = fastlint("rules")
    assert result.exit_code == 0
    for page in book:
        assert f"  {page.code}  {page.name} ({page.card.severity}" in result.stdout
    assert "blocking-path (info, only if selected)" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_rules_are_listed_for_programs(fastlint, book):
    cards = json.loads(fastlint("rules", "--output-format", "json").stdout)
    assert [card["name"] for card in cards] == [page.name for page in book]
    assert {"code", "category", "severity", "default", "summary"} <= cards[0].keys()


def test_config_shows_every_setting_with_its_origin(fastlint, project):
    (project / "fastlint.toml").write_text('ignore = ["FL102"]\n\nfail-on = "error"\n')
    lines = fastlint("config").stdout.splitlines()
    settings = {line.split(" = ")[0].strip(): line.split(" = ")[1] for line in lines}
    assert settings["ignore"] == '["FL102"]  (fastlint.toml:1)'
    assert settings["fail-on"] == '"error"  (fastlint.toml:3)'
    assert settings["jobs"] == "not set  (default)"


def test_config_may_be_asked_for_a_path(fastlint, write_files, project):
    write_files(project, {"other/fastlint.toml": "jobs = 7\n", "other/a.py": ""})
    assert "7  (other/fastlint.toml:1)" in fastlint("config", "other/a.py").stdout
    assert "7  (" not in fastlint("config", "--isolated", "other/a.py").stdout


def test_config_refuses_wrong_settings(fastlint, project):
    (project / "fastlint.toml").write_text('select = ["FL9999"]\n')
    assert fastlint("config").exit_code == 2


@pytest.mark.parametrize("arguments", [["./rules"], ["--quiet", "rules"], ["--", "rules"]])
def test_a_path_called_like_a_sub_command_can_be_checked(fastlint, write_files, project, arguments):
    write_files(project, {"rules/main.py": MAIN})
    result = fastlint(*arguments)
    assert codes(result) == ["FL101", "FL201"]
    assert "rules/main.py:11:5" in result.stdout


# --- help --------------------------------------------------------------------------


def test_the_version(fastlint):
    assert fastlint("--version").stdout == f"fastlint {__version__}\n"


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_lists_options_and_sub_commands(fastlint, flag):
    result = fastlint(flag)
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: fastlint [OPTIONS] [PATHS]...\n")
    for word in ("--select", "--output-format", "explain", "rules", "config", "130"):
        assert word in result.stdout


@pytest.mark.parametrize("command", ["explain", "rules", "config"])
def test_sub_commands_have_help(fastlint, command):
    result = fastlint(command, "-h")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: fastlint {command} ")


def test_help_and_version_load_nothing_heavy():
    script = (
        "import sys\n"
        "from fastlint.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "main(['--version'], standalone_mode=False)\n"
        "print(sorted({'libcst', 'pydantic', 'rich'} & sys.modules.keys()))\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.endswith("\n[]\n")


def test_the_command_line_offers_what_the_settings_know():
    assert list(OutputFormat) == list(cli.FORMATS)
    assert sorted(Severity) == sorted(cli.SEVERITIES)


# --- output ------------------------------------------------------------------------


def test_compact_output_is_one_line_per_finding(fastlint):
    result = fastlint("app", "--output-format", "compact")
    first, second = result.stdout.splitlines()
    assert first.startswith("app/main.py:11:5: error FL101 blocking-sleep `time.sleep` ")
    assert second.startswith("app/main.py:12:5: error FL201 unawaited-coroutine ")


def test_json_output_follows_its_schema(fastlint):
    result = fastlint("app", "--output-format", "json")
    document = json.loads(result.stdout)
    jsonschema.validate(document, json_report.schema())
    finding = document["findings"][0]
    assert (finding["line"], finding["column"], finding["entry"]) == (11, 5, "GET /users/{id}")


def test_sarif_output_is_valid(fastlint):
    schema = json.loads((Path(__file__).parent / "data/sarif-schema-2.1.0.json").read_text())
    log = json.loads(fastlint("app", "--output-format", "sarif").stdout)
    jsonschema.Draft4Validator(schema).validate(log)
    assert [result["ruleId"] for result in log["runs"][0]["results"]] == ["FL101", "FL201"]


def test_github_output_annotates(fastlint):
    result = fastlint("app", "--output-format", "github")
    assert result.stdout.startswith("::error file=app/main.py,line=11,endLine=11,col=5,")


def test_text_stays_the_default_in_github_actions(fastlint, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert codes(fastlint("app")) == ["FL101", "FL201"]


def test_the_settings_may_choose_the_format(fastlint, project):
    (project / "fastlint.toml").write_text('output-format = "compact"\n')
    assert len(fastlint("app").stdout.splitlines()) == 2
    assert codes(fastlint("app", "--output-format", "text")) == ["FL101", "FL201"]


@pytest.mark.parametrize("output_format", cli.FORMATS)
def test_every_format_can_be_written_to_a_file(fastlint, project, output_format):
    printed = fastlint("app", "--output-format", output_format).stdout
    result = fastlint("app", "--output-format", output_format, "--output-file", "report")
    assert (project / "report").read_text() == printed
    assert result.stdout == ""
    assert "Found 2 errors in 1 of 2 files. Written to report." in result.stderr
    assert result.exit_code == 1
    assert [path.name for path in project.iterdir() if "report" in path.name] == ["report"]


def test_an_output_file_is_replaced_and_keeps_its_mode(fastlint, project):
    report = project / "report"
    report.write_text("old " * 10_000)
    report.chmod(0o640)
    fastlint("app/clean.py", "--output-file", "report")
    assert report.read_text() == "No findings in 1 file.\n"
    assert stat.S_IMODE(report.stat().st_mode) == 0o640


def test_a_link_to_an_output_file_stays_a_link(fastlint, project):
    (project / "report").symlink_to("real")
    fastlint("app/clean.py", "--output-file", "report")
    assert (project / "report").is_symlink()
    assert (project / "real").read_text() == "No findings in 1 file.\n"


@pytest.mark.usefixtures("project")
def test_an_output_file_may_be_a_device():
    run = process("app/clean.py", "-q", "--output-format=json", "--output-file=/dev/stdout")
    assert json.loads(run.stdout)["findings"] == []


def test_a_run_that_cannot_be_done_leaves_the_output_file_alone(fastlint, project):
    (project / "report").write_text("old")
    fastlint("app", "--select", "nonsense", "--output-file", "report")
    assert (project / "report").read_text() == "old"


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("command", [["app"], ["rules"], ["explain", "FL101"]])
def test_a_reader_that_goes_away_is_no_error(command):
    reading, writing = os.pipe()
    os.close(reading)
    run = subprocess.run(
        [sys.executable, "-m", "fastlint", *command],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert run.stderr == ""
    assert run.returncode == (1 if command == ["app"] else 0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.usefixtures("project")
def test_a_full_disk_gives_2_and_a_reason():
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "fastlint", "app"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert run.returncode == 2
    assert run.stderr == "Error: [Errno 28] No space left on device\n"


def test_an_encoding_that_lacks_characters_is_no_error(project):
    (project / "app" / "main.py").write_text(MAIN.replace("time.sleep(1)", "time.sleep('名')"))
    run = process("app", env=os.environ | {"PYTHONIOENCODING": "latin-1"})
    assert run.returncode == 1
    assert r"time.sleep('\u540d')" in run.stdout


# --- terminals ---------------------------------------------------------------------


def on_terminal(*arguments: str, **environment: str) -> str:
    """What a command line prints on a terminal of 80 columns."""
    main, worker = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "fastlint", *arguments],
        env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "80"} | environment,
        stdout=worker,
        stderr=worker,
        stdin=subprocess.DEVNULL,
    )
    os.close(worker)
    output = b""
    try:
        while chunk := os.read(main, 4096):
            output += chunk
    except OSError:  # the other end is closed
        pass
    os.close(main)
    running.wait()
    return output.decode().replace("\r\n", "\n")


@pytest.mark.usefixtures("project")
def test_a_terminal_gets_colours():
    assert "\x1b[31m\x1b[1merror\x1b[0m" in on_terminal("app", "-q")


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("arguments", "environment"),
    [(["--no-color"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"})],
)
def test_colours_can_be_switched_off(arguments, environment):
    plain = on_terminal("app", "-q", *arguments, **environment)
    assert "\x1b[31m" not in plain
    assert plain == process("app", "-q", env=os.environ | {"COLUMNS": "80"}).stdout


@pytest.mark.usefixtures("project")
def test_explain_on_a_terminal_keeps_to_its_width():
    shown = on_terminal("explain", "FL101")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert "blocking-sleep (FL101)" in plain
    assert max(len(line.rstrip()) for line in plain.splitlines()) <= 80


def test_a_long_run_shows_a_bar_on_a_terminal_only(write_files, tmp_path, monkeypatch):
    many = {f"app/m{number}.py": MAIN * 20 for number in range(60)}
    monkeypatch.chdir(write_files(tmp_path, {"fastlint.toml": ""} | many))
    assert "Reading" in on_terminal("app", "--exit-zero", "--select=FL4")
    assert process("app", "--exit-zero", "--select=FL4").stderr == ""
    assert "Reading" not in on_terminal("app", "--exit-zero", "--select=FL4", "--quiet")


# --- standard input ----------------------------------------------------------------


def test_a_file_is_read_from_stdin(fastlint):
    result = fastlint("-", "--stdin-filename", "app/main.py", stdin=MAIN.replace("time.", ""))
    assert codes(result) == ["FL201"]
    assert "app/main.py:12:5" in result.stdout


def test_stdin_belongs_to_the_project_of_its_name(fastlint, write_files, project):
    write_files(project, {"app/clock.py": "import time\ndef wait():\n    time.sleep(1)\n"})
    text = MAIN.replace("import time", "from app.clock import wait").replace(
        "time.sleep(1)", "wait()"
    )
    result = fastlint("-", "--stdin-filename", "app/new.py", "--select=FL101", stdin=text)
    assert "app/new.py:11:5: error: FL101" in result.stdout


def test_stdin_needs_no_name(fastlint):
    assert "stdin.py:11:5: error: FL101" in fastlint("-", stdin=MAIN).stdout


def test_stdin_that_is_no_text_is_a_problem(fastlint):
    result = fastlint("-", stdin=b"\xff\xfe\x00")
    assert result.exit_code == 2
    assert "stdin.py" in result.stdout
