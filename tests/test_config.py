"""Settings: where they are found, what they may be, and where each came from."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from fastlint import config
from fastlint.config import COMMAND_LINE, DEFAULT, Config, ConfigError, Origin, OutputFormat
from fastlint.diagnostics import Severity
from fastlint.rule import Options

Files = Mapping[str, str | bytes]


@pytest.fixture
def project(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write_files: Callable[[Path, Files], Path],
) -> Callable[[Files], Path]:
    """Writes files into a new folder, which becomes the working directory."""
    monkeypatch.chdir(tmp_path)
    return lambda files: write_files(tmp_path, files)


@pytest.fixture
def load(project: Callable[[Files], Path]) -> Callable[..., Config]:
    """Loads the settings that stand in a fastlint.toml."""

    def load(text: str, **overrides: Any) -> Config:
        project({"fastlint.toml": text})
        return config.load(overrides={key.replace("_", "-"): v for key, v in overrides.items()})

    return load


@pytest.fixture
def complaint(load: Callable[..., Config]) -> Callable[..., str]:
    """What is said of the settings in a fastlint.toml."""

    def complaint(text: str, **overrides: Any) -> str:
        with pytest.raises(ConfigError) as caught:
            load(text, **overrides)
        return str(caught.value)

    return complaint


# --- where settings are found --------------------------------------------------------


def test_without_a_file_everything_is_a_default(project):
    project({})
    loaded = config.load()
    assert loaded == Config()
    assert loaded.file is None
    assert {setting.origin for setting in loaded.settings()} == {DEFAULT}


def test_settings_stand_at_the_top_of_a_fastlint_toml(project):
    folder = project({"fastlint.toml": 'select = ["FL1"]\n'})
    loaded = config.load()
    assert loaded.select == ("FL1",)
    assert loaded.file == folder / "fastlint.toml"


def test_settings_stand_in_a_table_of_a_pyproject_toml(project):
    folder = project({"pyproject.toml": '[project]\nname = "x"\n[tool.fastlint]\njobs = 3\n'})
    loaded = config.load()
    assert loaded.jobs == 3
    assert loaded.file == folder / "pyproject.toml"
    assert loaded.origin("jobs") == Origin("pyproject.toml", 4)


def test_a_fastlint_toml_wins_over_a_pyproject_toml_beside_it(project):
    project({"fastlint.toml": "jobs = 1", "pyproject.toml": "[tool.fastlint]\njobs = 2\n"})
    assert config.load().jobs == 1


def test_the_file_is_looked_for_above_what_is_named(project):
    folder = project({"fastlint.toml": "jobs = 1", "src/app/main.py": ""})
    assert config.load([folder / "src" / "app" / "main.py"]).jobs == 1


def test_the_nearest_file_is_taken_alone(project):
    project({"fastlint.toml": "jobs = 1", "api/fastlint.toml": 'select = ["FL1"]', "api/a.py": ""})
    loaded = config.load([Path("api/a.py")])
    assert loaded.select == ("FL1",)
    assert loaded.jobs is None


def test_the_file_belongs_to_the_folder_of_everything_that_is_named(project):
    project(
        {"fastlint.toml": "jobs = 1", "a/fastlint.toml": "jobs = 2", "a/x.py": "", "b/y.py": ""}
    )
    assert config.load([Path("a/x.py"), Path("b/y.py")]).jobs == 1


def test_a_pyproject_toml_without_settings_is_passed_over(project):
    project({"fastlint.toml": "jobs = 1", "api/pyproject.toml": "[tool.other]\n", "api/a.py": ""})
    assert config.load([Path("api")]).jobs == 1


def test_a_pyproject_toml_that_only_mentions_fastlint_is_passed_over(project):
    project({"pyproject.toml": '[project]\ndependencies = ["fastlint"]\n'})
    assert config.load().file is None


def test_an_empty_table_of_settings_is_a_file_with_settings(project):
    folder = project({"fastlint.toml": "jobs = 1", "api/pyproject.toml": "[tool.fastlint]\n"})
    loaded = config.load([folder / "api"])
    assert loaded.jobs is None
    assert loaded.file == folder / "api" / "pyproject.toml"


def test_a_template_that_does_not_concern_fastlint_is_no_mistake(project):
    project({"pyproject.toml": '[project]\nname = "{{ cookiecutter.name }}"\n{% if x %}\n'})
    assert config.load().file is None


def test_paths_that_do_not_exist_are_no_matter_of_the_settings(project):
    project({"fastlint.toml": "jobs = 1"})
    assert config.load([Path("gone/main.py")]).jobs == 1
    assert config.load([Path("x" * 5000)]).jobs == 1


def test_a_file_can_be_named(project):
    folder = project({"fastlint.toml": "jobs = 1", "ci/strict.toml": "jobs = 2"})
    loaded = config.load(file=Path("ci/strict.toml"))
    assert loaded.jobs == 2
    assert loaded.file == folder / "ci" / "strict.toml"
    assert str(loaded.origin("jobs")) == "ci/strict.toml:1"


def test_a_named_pyproject_toml_needs_the_table(project):
    project({"ci/pyproject.toml": "[tool.other]\n"})
    with pytest.raises(ConfigError) as caught:
        config.load(file=Path("ci/pyproject.toml"))
    expected = "ci/pyproject.toml: no settings here: add a table `[tool.fastlint]`"
    assert str(caught.value) == expected


def test_a_named_file_must_exist(project):
    project({})
    with pytest.raises(ConfigError) as caught:
        config.load(file=Path("gone.toml"))
    assert str(caught.value) == "gone.toml: cannot be read: No such file or directory"


def test_patterns_are_relative_to_the_folder_of_the_file(project):
    folder = project({"fastlint.toml": "", "src/app/main.py": ""})
    assert config.load([Path("src/app")]).folder == folder
    assert config.load([Path("src/app")], file=Path("fastlint.toml")).folder == folder


def test_patterns_of_a_file_elsewhere_are_relative_to_the_working_directory(project):
    folder = project({"ci/strict.toml": "", "src/app/main.py": ""})
    assert config.load([Path("src/app")], file=Path("ci/strict.toml")).folder == folder
    assert config.load([Path("src/app")]).folder == folder


def test_an_isolated_run_reads_no_file(project):
    project({"fastlint.toml": "jobs = 1\nwrong = 1\n"})
    assert config.load(isolated=True, overrides={"fail-on": "error"}).jobs is None


def test_an_isolated_run_has_no_file(project):
    project({"fastlint.toml": ""})
    with pytest.raises(ConfigError, match="exclude each other"):
        config.load(file=Path("fastlint.toml"), isolated=True)


def test_a_byte_order_mark_before_the_settings_is_no_mistake(project):
    project({"fastlint.toml": b"\xef\xbb\xbfjobs = 1\n"})
    assert config.load().jobs == 1


# --- what settings may be ------------------------------------------------------------


def test_every_setting_can_be_written(load, project):
    folder = project({"lint/clients.toml": ""})
    loaded = load("""\
select = ["FL1", "security"]
extend-select = ["missing-response-model"]
ignore = ["FL104"]
exclude = ["legacy/"]
extend-exclude = ["*_pb2.py", "!kept_pb2.py"]
force-exclude = true
respect-gitignore = false
extend-blocking = ["acme.client.fetch"]
allow-blocking = ["acme.cache.get"]
offloaders = ["acme.threads.run"]
catalogues = ["lint/clients.toml"]
fastapi-version = "0.115.2"
starlette-version = "0.40"
pydantic-version = "2"
python-version = "3.12"
fail-on = "error"
output-format = "sarif"
jobs = 4

[per-path-ignores]
"tests/*" = ["FL1"]

[severity]
blocking-http = "error"

[rules.blocking-http]
allow = ["GET"]
""")
    assert loaded.model_dump(exclude={"file", "folder", "origins"}) == {
        "select": ("FL1", "security"),
        "extend_select": ("missing-response-model",),
        "ignore": ("FL104",),
        "exclude": ("legacy/",),
        "extend_exclude": ("*_pb2.py", "!kept_pb2.py"),
        "force_exclude": True,
        "respect_gitignore": False,
        "extend_blocking": ("acme.client.fetch",),
        "allow_blocking": ("acme.cache.get",),
        "offloaders": ("acme.threads.run",),
        "catalogues": (folder / "lint" / "clients.toml",),
        "fastapi_version": "0.115.2",
        "starlette_version": "0.40",
        "pydantic_version": "2",
        "python_version": "3.12",
        "fail_on": Severity.ERROR,
        "output_format": OutputFormat.SARIF,
        "jobs": 4,
        "per_path_ignores": {"tests/*": ("FL1",)},
        "severity": {"blocking-http": Severity.ERROR},
        "rules": {"blocking-http": {"allow": ["GET"]}},
    }


def test_settings_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        Config().jobs = 3


def test_a_list_of_blocking_functions_stands_for_the_network(load):
    loaded = load('extend-blocking = ["acme.fetch", "acme.send"]')
    assert loaded.blocking == {"acme.fetch": "network", "acme.send": "network"}


def test_a_table_of_blocking_functions_says_on_what_they_block(load):
    loaded = load('[extend-blocking]\n"acme.fetch" = "http"\nsleep = "sleep"\n')
    assert loaded.blocking == {"acme.fetch": "http", "sleep": "sleep"}


def test_catalogues_are_relative_to_the_file_that_names_them(project):
    folder = project({"ci/lint.toml": 'catalogues = ["../ours.toml"]', "ours.toml": ""})
    assert config.load(file=Path("ci/lint.toml")).catalogues == (folder / "ci/../ours.toml",)


# --- what is wrong with them ---------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('selct = ["a"]', "fastlint.toml:1: unknown setting `selct`: did you mean `select`?"),
        (
            "extend_select = []",
            "fastlint.toml:1: unknown setting `extend_select`: did you mean `extend-select`?",
        ),
        (
            "[per-file-ignores]\na = []",
            "fastlint.toml:1: unknown setting `per-file-ignores`: did you mean `per-path-ignores`?",
        ),
        ("zzz = 1", "fastlint.toml:1: unknown setting `zzz`"),
        ("file = 1", "fastlint.toml:1: unknown setting `file`"),
        ("origins = {}", "fastlint.toml:1: unknown setting `origins`"),
        (
            'select = "FL1"',
            'fastlint.toml:1: `select`: must be a list, not a string: write `["FL1"]`',
        ),
        (
            'select = [\n  "FL1",\n  101,\n]',
            (
                "fastlint.toml:3: item 2 of `select`: must be a string, not a number: "
                "write it in quotes"
            ),
        ),
        ('ignore = [""]', "fastlint.toml:1: item 1 of `ignore`: must not be empty"),
        (
            "force-exclude = 1",
            "fastlint.toml:1: `force-exclude`: must be true or false, not a number",
        ),
        (
            'respect-gitignore = "no"',
            "fastlint.toml:1: `respect-gitignore`: must be true or false, not a string",
        ),
        ("jobs = true", "fastlint.toml:1: `jobs`: must be a whole number, not a boolean"),
        ("jobs = 1.5", "fastlint.toml:1: `jobs`: must be a whole number, not a decimal number"),
        ("jobs = 0", "fastlint.toml:1: `jobs`: must be at least 1, not 0"),
        (
            'fail-on = "warn"',
            "fastlint.toml:1: `fail-on`: must be `info`, `warning` or `error`, not `warn`",
        ),
        (
            'output-format = "xml"',
            (
                "fastlint.toml:1: `output-format`: must be `text`, `compact`, `json`, `sarif` or "
                "`github`, not `xml`"
            ),
        ),
        (
            "[severity]\n\nblocking-http = 2024-01-01",
            (
                "fastlint.toml:3: `severity.blocking-http`: must be `info`, `warning` or `error`, "
                "not `2024-01-01`"
            ),
        ),
        ('severity = "error"', "fastlint.toml:1: `severity`: must be a table, not a string"),
        (
            "[rules]\nblocking-http = 1",
            "fastlint.toml:2: `rules.blocking-http`: must be a table, not a number",
        ),
        (
            'exclude = ["ok", "#no"]',
            "fastlint.toml:1: item 2 of `exclude`: `#no` is no pattern, as in a .gitignore",
        ),
        (
            'extend-exclude = ["[z-a]"]',
            (
                "fastlint.toml:1: item 1 of `extend-exclude`: `[z-a]` is no pattern, as in "
                "a .gitignore"
            ),
        ),
        (
            '[per-path-ignores]\n"a" = []\n"!" = []',
            "fastlint.toml:3: `per-path-ignores.!`: `!` is no pattern, as in a .gitignore",
        ),
        (
            '[per-path-ignores]\n"tests/" = "FL1"',
            (
                "fastlint.toml:2: `per-path-ignores.tests/`: must be a list, not a string: "
                'write `["FL1"]`'
            ),
        ),
        (
            'extend-blocking = [\n"a.b",\n"c()"]',
            (
                "fastlint.toml:3: item 2 of `extend-blocking`: `c()` is no dotted name, as in "
                "`package.module.function`"
            ),
        ),
        (
            "extend-blocking = 1",
            "fastlint.toml:1: `extend-blocking`: must be a table, not a number",
        ),
        (
            '[extend-blocking]\n"a.b" = "htp"',
            (
                "fastlint.toml:2: `extend-blocking.a.b`: `htp` is none of `sleep`, `http`, "
                "`database`, `file`, `path`, `subprocess`, `network`, `synchronization`, "
                "`input`, `cpu`, `event-loop`"
            ),
        ),
        (
            '[extend-blocking]\n"a b" = "http"',
            (
                "fastlint.toml:2: `extend-blocking.a b`: `a b` is no dotted name, as in "
                "`package.module.function`"
            ),
        ),
        (
            "python-version = 3.12",
            (
                "fastlint.toml:1: `python-version`: must be a string, not a decimal number: "
                "write it in quotes"
            ),
        ),
        (
            'fastapi-version = ">=0.100"',
            "fastlint.toml:1: `fastapi-version`: `>=0.100` is no version, as in `1.2.3`",
        ),
        (
            "catalogues = [1]",
            "fastlint.toml:1: item 1 of `catalogues`: must be a string, not a number",
        ),
        (
            'catalogues = [\n"gone.toml"]',
            "fastlint.toml:2: no such file: `gone.toml`",
        ),
        (
            "[tool.fastlint]\njobs = 1",
            (
                "fastlint.toml:1: `[tool.fastlint]` is for pyproject.toml: write the settings of "
                "fastlint.toml at its top"
            ),
        ),
        ("jobs = \n", "fastlint.toml:1: not TOML: Invalid value"),
        ("a = 1\na = 2\n", "fastlint.toml:2: not TOML: Cannot overwrite a value"),
        ("jobs = [1,", "fastlint.toml: not TOML: Invalid value"),
    ],
)
def test_a_mistake_is_named_with_its_place(complaint, text: str, expected: str):
    assert complaint(text) == expected


def test_all_mistakes_are_named_in_the_order_of_their_lines(complaint):
    assert complaint("jobs = 0\nwrong = 1\nselect = 1\nalso-wrong = 1\n").splitlines() == [
        "fastlint.toml:1: `jobs`: must be at least 1, not 0",
        "fastlint.toml:2: unknown setting `wrong`",
        "fastlint.toml:3: `select`: must be a list, not a number",
        "fastlint.toml:4: unknown setting `also-wrong`",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[tool]\nfastlint = 3\n", "pyproject.toml:2: `tool.fastlint` must be a table"),
        ("[[tool.fastlint]]\n", "pyproject.toml:1: `tool.fastlint` must be a table"),
        (
            "[tool.fastlint]\n[tool.fastlint.rulez]\n",
            "pyproject.toml:2: unknown setting `rulez`: did you mean `rules`?",
        ),
        (
            "[tool.fastlint]\njobs 1\n",
            "pyproject.toml:2: not TOML: Expected '=' after a key in a key/value pair",
        ),
    ],
)
def test_a_mistake_in_a_pyproject_toml_is_named_with_its_place(project, text: str, expected: str):
    project({"pyproject.toml": text})
    with pytest.raises(ConfigError) as caught:
        config.load()
    assert str(caught.value) == expected


def test_a_mistake_is_named_from_the_working_directory(project, monkeypatch):
    folder = project({"fastlint.toml": "wrong = 1", "src/a.py": ""})
    monkeypatch.chdir(folder / "src")
    with pytest.raises(ConfigError) as caught:
        config.load()
    assert str(caught.value) == "../fastlint.toml:1: unknown setting `wrong`"


def test_a_file_that_is_not_utf_8_is_named_with_the_line(project):
    project({"fastlint.toml": b"jobs = 1\nselect = ['\xe9']\n"})
    with pytest.raises(ConfigError) as caught:
        config.load()
    assert str(caught.value) == "fastlint.toml:2: not in UTF-8: save it so"


def test_a_mistake_on_the_command_line_is_named_as_such(complaint):
    assert complaint("", jobs=0) == "command line: `jobs`: must be at least 1, not 0"
    assert complaint("", slect=["a"]) == (
        "command line: unknown setting `slect`: did you mean `select`?"
    )


# --- the command line ----------------------------------------------------------------


def test_the_command_line_wins_over_the_file(load):
    loaded = load('jobs = 1\nfail-on = "info"\n', jobs=2)
    assert (loaded.jobs, loaded.fail_on) == (2, Severity.INFO)
    assert loaded.origin("jobs") == COMMAND_LINE
    assert loaded.origin("fail-on") == Origin("fastlint.toml", 2)


def test_what_is_not_given_on_the_command_line_changes_nothing(load):
    loaded = load('select = ["a"]\njobs = 1\n', select=(), ignore=[], jobs=None)
    assert (loaded.select, loaded.ignore, loaded.jobs) == (("a",), (), 1)


def test_false_on_the_command_line_is_given(load):
    assert load("force-exclude = true", force_exclude=False).force_exclude is False


def test_select_on_the_command_line_replaces_every_selection_of_the_file(load):
    loaded = load('select = ["a"]\nextend-select = ["b"]\nignore = ["c"]\n', select=["c"])
    assert (loaded.select, loaded.extend_select, loaded.ignore) == (("c",), (), ())
    assert loaded.origin("select") == loaded.origin("select", 0) == COMMAND_LINE
    assert loaded.origin("ignore") == DEFAULT


def test_select_on_the_command_line_leaves_what_else_is_given_there(load):
    loaded = load('ignore = ["c"]\n', select=["FL1"], ignore=["FL101"])
    assert (loaded.select, loaded.ignore) == (("FL1",), ("FL101",))


@pytest.mark.parametrize("name", ["extend-select", "ignore", "extend-exclude"])
def test_the_command_line_adds_to_a_list_that_extends(load, name: str):
    loaded = load(f'{name} = [\n"a",\n"b"]\n', **{name: ("c",)})
    assert getattr(loaded, name.replace("-", "_")) == ("a", "b", "c")
    assert [str(loaded.origin(name, place)) for place in range(3)] == [
        "fastlint.toml:2",
        "fastlint.toml:3",
        "command line",
    ]


def test_a_list_that_only_the_command_line_gives_comes_from_there(load):
    loaded = load("", ignore=["a"])
    assert loaded.origin("ignore") == loaded.origin("ignore", 0) == COMMAND_LINE


# --- origins -------------------------------------------------------------------------


def test_each_value_knows_its_line(load):
    loaded = load("""\
select = [
  "FL1",
  "FL2",
]
[per-path-ignores]
"tests/" = [
  "FL3"]
[rules.blocking-http]
allow = ["a"]
""")
    assert str(loaded.origin("select")) == "fastlint.toml:1"
    assert str(loaded.origin("select", 1)) == "fastlint.toml:3"
    assert str(loaded.origin("per-path-ignores", "tests/", 0)) == "fastlint.toml:7"
    assert str(loaded.origin("rules", "blocking-http")) == "fastlint.toml:8"
    assert str(loaded.origin("rules", "blocking-http", "allow", 0)) == "fastlint.toml:9"
    assert str(loaded.origin("rules", "blocking-http", "unheard-of")) == "fastlint.toml:8"
    assert str(loaded.origin("jobs")) == "default"


def test_an_error_can_be_made_of_a_value(load):
    error = load('select = [\n"FL1",\n"FL999"]').error("unknown rule `FL999`", "select", 1)
    assert str(error) == "fastlint.toml:3: unknown rule `FL999`"
    assert isinstance(error, ConfigError)


def test_every_selector_is_listed_with_its_key(load):
    loaded = load(
        """\
select = ["a", "b"]
ignore = ["c"]
[per-path-ignores]
"tests/" = ["d"]
[severity]
e = "error"
[rules.f]
""",
        extend_select=["g"],
    )
    assert list(loaded.selectors()) == [
        (("select", 0), "a"),
        (("select", 1), "b"),
        (("extend-select", 0), "g"),
        (("ignore", 0), "c"),
        (("per-path-ignores", "tests/", 0), "d"),
        (("severity", "e"), "e"),
        (("rules", "f"), "f"),
    ]


def test_every_setting_is_shown_with_its_origin(load):
    loaded = load(
        'ignore = ["a"]\n[severity]\nx = "error"\ny = "info"\n[rules.z]\nlimit = 3\n',
        ignore=["b"],
        jobs=2,
    )
    shown = [(setting.key, setting.value, str(setting.origin)) for setting in loaded.settings()]
    assert [setting for setting in shown if setting[2] != "default"] == [
        ("ignore", ("a",), "fastlint.toml:1"),
        ("ignore", ("b",), "command line"),
        ("severity.x", "error", "fastlint.toml:3"),
        ("severity.y", "info", "fastlint.toml:4"),
        ("rules.z.limit", 3, "fastlint.toml:6"),
        ("jobs", 2, "command line"),
    ]
    assert ("select", None, "default") in shown
    assert ("exclude", Config().exclude, "default") in shown


def test_a_list_over_several_lines_is_shown_with_the_line_of_its_key(load):
    settings = {setting.key: setting for setting in load('select = [\n"a",\n"b"]').settings()}
    assert settings["select"].value == ("a", "b")
    assert str(settings["select"].origin) == "fastlint.toml:1"


# --- options of rules ----------------------------------------------------------------


class Limits(Options):
    limit: int = 3
    names: tuple[str, ...] = ()


def test_options_are_read_into_the_model_of_the_rule(load):
    loaded = load('[rules.slow]\nlimit = 5\nnames = ["a"]\n')
    assert loaded.options("slow", Limits) == Limits(limit=5, names=("a",))


def test_options_that_are_not_written_are_defaults(load):
    assert load("").options("slow", Limits) == Limits()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[rules.slow]\n\nlimits = 5\n",
            "fastlint.toml:3: `rules.slow`: unknown option `limits`: did you mean `limit`?",
        ),
        (
            "[rules.slow]\nnames = [\n'a',\n1]\n",
            (
                "fastlint.toml:4: item 2 of `rules.slow.names`: must be a string, not a number: "
                "write it in quotes"
            ),
        ),
        (
            "rules.slow = {limit = []}",
            "fastlint.toml:1: `rules.slow.limit`: must be a whole number, not a list",
        ),
    ],
)
def test_a_mistake_in_options_is_named_with_its_place(load, text: str, expected: str):
    loaded = load(text)
    with pytest.raises(ConfigError) as caught:
        loaded.options("slow", Limits)
    assert str(caught.value) == expected


def test_several_mistakes_in_options_are_named_together(load):
    loaded = load("[rules.slow]\nx = 1\nlimit = []\n")
    with pytest.raises(ConfigError) as caught:
        loaded.options("slow", Limits)
    assert [line.partition(" ")[0] for line in str(caught.value).splitlines()] == [
        "fastlint.toml:2:",
        "fastlint.toml:3:",
    ]
