"""Which versions the project runs on, and where that was found."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from fastlint import config, testing, versions
from fastlint.cli.lookup import show_settings
from fastlint.config import Config

Files = Mapping[str, str | bytes]
Look = Callable[..., dict[str, str]]

SETUP_CFG = """\
[options]
python_requires = >=3.9,<3.12
install_requires =
    fastapi<0.110
    uvicorn

[options.extras_require]
test =
    starlette==0.36.3
"""

POETRY = """\
[tool.poetry.dependencies]
python = "^3.11"
fastapi = {version = "^0.109.1", extras = ["all"]}
starlette = "~0.36"

[tool.poetry.group.dev.dependencies]
pydantic = "2.5.1"
"""

PIPFILE_LOCK = """\
{
    "default": {
        "fastapi": {
            "hashes": ["sha256:0"],
            "index": "pypi",
            "version": "==0.103.2"
        },
        "uvicorn": {"version": "==0.1"}
    }
}
"""


@pytest.fixture
def look(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write_files: Callable[[Path, Files], Path],
) -> Look:
    """Writes files, and says what is found out about the project in `folder`, by library:
    the version and its origin; nothing of what is left at its default."""

    def look(files: Files, *, folder: str = ".", settings: Config | None = None) -> dict[str, str]:
        monkeypatch.chdir(write_files(tmp_path, files))
        monkeypatch.delenv("VIRTUAL_ENV", raising=False)
        found = versions.detect(tmp_path / folder, settings or Config())
        return {
            name: f"{one} ({one.origin})"
            for name, one in found.items()
            if one.origin is not config.DEFAULT
        }

    return look


def lock(**packages: str) -> str:
    entries = (
        f'[[package]]\nname = "{name}"\nversion = "{version}"\n'
        for name, version in packages.items()
    )
    return "version = 1\n\n" + "\n".join(entries)


def distribution(name: str, version: str) -> dict[str, str]:
    place = f".venv/lib/python3.12/site-packages/{name}-{version}.dist-info/METADATA"
    return {place: f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"}


# --- sources -------------------------------------------------------------------------


def test_nothing_is_known(look):
    assert look({"app.py": ""}) == {}


@pytest.mark.parametrize("name", ["uv.lock", "poetry.lock", "pdm.lock", "pylock.toml"])
def test_a_lock_file_says_it_exactly(look, name):
    found = look({name: lock(annotated="1.0", fastapi="0.115.2", pydantic="2.9.1")})
    assert found["fastapi"] == f"0.115.2 ({name}:9)"
    assert found["pydantic"] == f"2.9.1 ({name}:13)"


def test_a_pipfile_lock_says_it_exactly(look):
    assert look({"Pipfile.lock": PIPFILE_LOCK})["fastapi"] == "0.103.2 (Pipfile.lock:6)"


def test_a_lock_file_with_several_versions_gives_the_newest(look):
    text = lock(pydantic="1.10.2") + "\n" + lock(pydantic="2.9.1")
    assert look({"uv.lock": text})["pydantic"] == "2.9.1 (uv.lock:11)"


def test_a_library_whose_name_only_begins_alike_is_another(look):
    assert look({"uv.lock": lock(**{"fastapi-users": "14.0", "pydantic-core": "2.1"})}) == {}


def test_requirements_pin(look):
    text = "# web\nuvicorn\nfastapi[all]==0.95.1 ; python_version > '3' --hash=sha256:0\n"
    assert look({"requirements.txt": text})["fastapi"] == "0.95.1 (requirements.txt:3)"


@pytest.mark.parametrize("name", ["requirements-prod.txt", "requirements/base.txt"])
def test_requirements_of_other_names_count(look, name):
    assert look({name: "fastapi==0.95.1\n"})["fastapi"] == f"0.95.1 ({name}:1)"


def test_requirements_may_be_in_utf_16(look):
    content = "uvicorn\r\nfastapi==0.109.2\r\n".encode("utf-16")
    assert look({"requirements.txt": content})["fastapi"] == "0.109.2 (requirements.txt:2)"


def test_a_pyproject_says_what_it_allows(look):
    text = '[project]\nrequires-python = ">=3.11"\ndependencies = [\n  "fastapi<0.110",\n]\n'
    assert look({"pyproject.toml": text})["fastapi"] == "below 0.110 (pyproject.toml:4)"


def test_optional_and_development_dependencies_count(look):
    text = '[project.optional-dependencies]\nweb = ["fastapi==0.101"]\n'
    text += '[dependency-groups]\ndev = [{include-group = "x"}, "pydantic<2"]\n'
    found = look({"pyproject.toml": text})
    assert found["fastapi"] == "0.101 (pyproject.toml:2)"
    assert found["pydantic"] == "below 2 (pyproject.toml:4)"


def test_a_setup_cfg_says_what_it_allows(look):
    assert look({"setup.cfg": SETUP_CFG}) == {
        "fastapi": "below 0.110 (setup.cfg)",
        "starlette": "0.36.3 (setup.cfg)",
        "python": "below 3.12 (setup.cfg)",
    }


def test_poetry_has_a_notation_of_its_own(look):
    assert look({"pyproject.toml": POETRY}) == {
        "fastapi": "below 0.110 (pyproject.toml:3)",
        "starlette": "below 0.37 (pyproject.toml:4)",
        "pydantic": "2.5.1 (pyproject.toml:7)",
        "python": "below 4 (pyproject.toml:2)",
    }


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("fastapi", "newest"),
        ("fastapi>=0.95", "newest"),
        ("fastapi>=0.95,<0.100", "below 0.100"),
        ("fastapi<=0.99.1", "0.99.1"),
        ("fastapi~=0.95.2", "below 0.96"),
        ("fastapi==0.95.*", "below 0.96"),
        ("fastapi<0.100,!=0.99.0,<0.98", "below 0.98"),
    ],
)
def test_of_a_range_the_newest_version_counts(look, written, found):
    assert look({"requirements.in": written})["fastapi"] == f"{found} (requirements.in:1)"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("^1.2.3", "below 2"),
        ("^0.0.3", "below 0.0.4"),
        ("~1", "below 2"),
        ("1.2.*", "below 1.3"),
        ("^1.2 || ^2.0", "below 3"),
        (">=1,<2", "below 2"),
        ("*", "newest"),
    ],
)
def test_a_range_of_poetry(look, written, found):
    text = f'[tool.poetry.dependencies]\npydantic = "{written}"\n'
    assert look({"pyproject.toml": text})["pydantic"] == f"{found} (pyproject.toml:2)"


@pytest.mark.parametrize("text", ["3.11.4\n", "# local\ncpython-3.11.4\n"])
def test_a_python_version_file_pins(look, text):
    assert look({".python-version": text})["python"].startswith("3.11.4 (.python-version:")


def test_the_environment_is_looked_at(look):
    files = distribution("fastapi", "0.101.0") | distribution("pydantic", "1.10.2")
    found = look(files | {".venv/pyvenv.cfg": "home = /usr/bin\nversion = 3.12.1\n"})
    assert found["fastapi"] == "0.101.0 (.venv)"
    assert found["pydantic"] == "1.10.2 (.venv)"
    assert found["python"] == "3.12.1 (.venv)"


def test_an_environment_without_an_application_is_not(look):
    assert look(distribution("pydantic", "1.10.2")) == {}


# --- order ---------------------------------------------------------------------------


def test_the_settings_come_first(look, tmp_path):
    (tmp_path / "fastlint.toml").write_text('fastapi-version = "0.99.0"\n', encoding="utf-8")
    settings = config.load([tmp_path])
    found = look({"uv.lock": lock(fastapi="0.115.2")}, settings=settings)
    assert found["fastapi"].startswith("0.99.0 (")
    assert found["fastapi"].endswith("fastlint.toml:1)")


def test_a_lock_file_comes_before_ranges_and_these_before_the_environment(look):
    text = '[project]\ndependencies = ["fastapi<0.110", "pydantic<2"]\n'
    files = distribution("fastapi", "0.99.0") | distribution("pydantic", "1.9.0")
    files |= distribution("starlette", "0.36.1")
    found = look({**files, "pyproject.toml": text, "uv.lock": lock(fastapi="0.109.1")})
    assert found["fastapi"] == "0.109.1 (uv.lock:5)"
    assert found["pydantic"] == "below 2 (pyproject.toml:2)"


@pytest.mark.parametrize(
    ("fastapi", "starlette", "pydantic"),
    [
        ("0.95.1", "below 0.27", "below 2"),
        ("0.109.2", "below 0.37", None),
        ("0.128.2", "below 0.51", None),
        ("0.135.0", None, None),
    ],
)
def test_starlette_and_pydantic_go_with_fastapi(look, fastapi, starlette, pydantic):
    found = look({"requirements.txt": f"fastapi=={fastapi}\n"})
    origin = f"(goes with FastAPI {fastapi})"
    assert found.get("starlette") == (f"{starlette} {origin}" if starlette else None)
    assert found.get("pydantic") == (f"{pydantic} {origin}" if pydantic else None)


# --- folders -------------------------------------------------------------------------


def test_the_lock_file_of_a_workspace_is_found_above(look):
    files = {
        ".git/HEAD": "",
        "uv.lock": lock(fastapi="0.109.1"),
        "api/pyproject.toml": '[project]\ndependencies = ["fastapi"]\n',
    }
    assert look(files, folder="api")["fastapi"] == "0.109.1 (uv.lock:5)"


def test_the_search_ends_with_the_repository(look):
    files = {"uv.lock": lock(fastapi="0.109.1"), "api/.git/HEAD": "", "api/app.py": ""}
    assert look(files, folder="api") == {}


def test_a_folder_in_the_project_is_asked_where_the_project_knows_no_fastapi(look):
    files = {".git/HEAD": "", "backend/requirements.txt": "fastapi==0.95.1\n"}
    assert look(files)["fastapi"] == "0.95.1 (backend/requirements.txt:1)"


def test_a_folder_in_the_project_does_not_overrule_it(look):
    files = {
        "docs/requirements.txt": "fastapi==0.95.1\n",
        "pyproject.toml": '[project]\ndependencies = ["fastapi"]\n',
    }
    assert look(files)["fastapi"] == "newest (pyproject.toml:2)"


# --- broken files --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pyproject.toml", "[project\n"),
        ("pyproject.toml", 'project = 1\ntool = {poetry = ["x"]}\n'),
        ("pyproject.toml", '[project]\ndependencies = ["{{ name }}", 1]\nrequires-python = 3\n'),
        ("setup.cfg", "install_requires\n"),
        ("requirements.txt", b"fastapi==\xff0.1\n"),
        ("requirements.txt", "-r other.txt\nfastapi @ https://x.org/f.whl\nfastapi==!\n"),
        ("uv.lock", '[[package]]\nname = "fastapi"\nversion = "new"\n'),
        (".python-version", "pypy3.10\n"),
    ],
)
def test_what_cannot_be_understood_says_nothing(look, name, content):
    found = look({name: content})
    assert {one.partition(" ")[0] for one in found.values()} <= {"newest"}


# --- use -----------------------------------------------------------------------------


def test_a_run_obeys_the_lock_file():
    app = "from fastapi import FastAPI\napp = FastAPI()\napp.on_event('startup')(print)\n"
    select = ["deprecated-on-event"]
    assert testing.run({"app.py": app}, select=select).findings
    old = testing.run({"app.py": app, "uv.lock": lock(fastapi="0.103.2")}, select=select)
    assert not old.findings


def test_fastlint_config_shows_versions_and_their_origins(look, tmp_path, capsys):
    look({"uv.lock": lock(fastapi="0.109.2"), "fastlint.toml": ""})
    show_settings([tmp_path], None, isolated=False)
    shown = capsys.readouterr().out
    assert 'fastapi-version   = "0.109.2"  (uv.lock:5)' in shown
    assert 'starlette-version = "below 0.37"  (goes with FastAPI 0.109.2)' in shown
    assert 'python-version    = "newest"  (default)' in shown
