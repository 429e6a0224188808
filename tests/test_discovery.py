"""Which files belong to the project, and which of them are reported on."""

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from fastlint import config
from fastlint.config import Config
from fastlint.diagnostics import ProblemKind
from fastlint.discovery import Discovery, UsageError, discover, project_root
from fastlint.sources import Location

Files = Mapping[str, str | bytes]


@pytest.fixture
def project(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write_files: Callable[[Path, Files], Path],
) -> Callable[..., Path]:
    """Writes empty files into a new folder, which becomes the working directory."""

    def write(*names: str) -> Path:
        folder = tmp_path / "project"
        folder.mkdir(exist_ok=True)
        monkeypatch.chdir(folder)
        return write_files(folder, dict.fromkeys(names, ""))

    return write


def find(*named: str, settings: Config | None = None) -> Discovery:
    paths = [Path(name) for name in named]
    return discover(paths, config.load(paths) if settings is None else settings)


def found(*named: str, settings: Config | None = None) -> list[str]:
    """The paths of all files of the project."""
    return [location.path for location in find(*named, settings=settings).locations]


def reported(*named: str, settings: Config | None = None) -> list[str]:
    """The paths of the files that are reported on."""
    locations = find(*named, settings=settings).locations
    return [location.path for location in locations if location.reported]


def module(path: str, *named: str) -> tuple[str, str]:
    """The name of the module at `path`, and the root that it is below."""
    (location,) = (place for place in find(*named).locations if place.path == path)
    return location.module, location.root


# --- what was named ------------------------------------------------------------------


def test_a_folder_is_reported_on_with_all_that_is_in_it(project):
    project("pyproject.toml", "app/main.py", "app/api/users.py", "tests/test_app.py")
    assert reported("app") == ["app/api/users.py", "app/main.py"]


def test_a_file_is_reported_on_alone(project):
    project("pyproject.toml", "app/main.py", "app/users.py")
    assert reported("app/users.py") == ["app/users.py"]


def test_the_whole_project_is_found_whatever_is_named(project):
    project("pyproject.toml", "app/main.py", "app/api/users.py", "tests/test_app.py")
    everything = ["app/api/users.py", "app/main.py", "tests/test_app.py"]
    assert found() == found(".") == found("app") == found("app/main.py") == everything
    assert found("tests", "app/api/users.py") == everything


def test_modules_are_the_same_whatever_is_named(project):
    project("pyproject.toml", "app/__init__.py", "app/main.py", "src/lib/x.py", "x/y.py")

    def modules(*named: str) -> list[tuple[str, str, str]]:
        return [(place.path, place.module, place.root) for place in find(*named).locations]

    assert modules(".") == modules("app") == modules("app/main.py") == modules("x", "src/lib/x.py")


def test_the_working_directory_stands_for_nothing_named(project):
    project("pyproject.toml", "a.py", "b/c.py")
    assert reported() == ["a.py", "b/c.py"]


def test_several_names_are_reported_on_together_and_once(project):
    project("pyproject.toml", "a/x.py", "a/y.py", "b/z.py")
    assert reported("b/z.py", "a", "a/x.py", "./a") == ["a/x.py", "a/y.py", "b/z.py"]


def test_paths_are_reported_from_the_working_directory(project, monkeypatch):
    folder = project("pyproject.toml", "app/main.py", "lib/x.py")
    monkeypatch.chdir(folder / "app")
    assert found(".") == ["../lib/x.py", "main.py"]
    assert reported(".") == ["main.py"]
    assert reported("../lib") == ["../lib/x.py"]


def test_an_absolute_path_is_reported_as_a_relative_one(project):
    folder = project("pyproject.toml", "app/main.py")
    assert reported(str(folder / "app" / "main.py")) == ["app/main.py"]


def test_a_location_has_the_absolute_path(project):
    folder = project("pyproject.toml", "app/main.py")
    (location,) = find("app").locations
    assert location.absolute == folder / "app" / "main.py"


def test_what_does_not_exist_is_refused(project):
    project("pyproject.toml", "a.py")
    with pytest.raises(UsageError) as caught:
        find("a.py", "b.py", "c")
    assert str(caught.value) == "no such file or folder: `b.py`, `c`"


def test_a_name_that_the_system_refuses_does_not_exist(project):
    project("pyproject.toml")
    with pytest.raises(UsageError, match="no such file or folder"):
        find("x" * 5000)


def test_a_link_that_leads_nowhere_does_not_exist(project):
    folder = project("pyproject.toml")
    (folder / "a.py").symlink_to(folder / "gone.py")
    with pytest.raises(UsageError, match=r"`a\.py`"):
        find("a.py")


def test_other_files_are_found_only_if_they_are_named(project):
    project("pyproject.toml", "a.py", "run", "notes.txt", "data.json")
    assert found(".") == ["a.py"]
    assert found("run") == ["a.py", "run"]
    assert module("run", "run") == ("run", ".")


def test_a_folder_without_modules_has_none(project):
    project("pyproject.toml", "docs/index.md")
    assert found("docs") == []


# --- standard input ------------------------------------------------------------------


def typed(name: str, *named: str) -> list[Location]:
    paths = [Path(path) for path in named]
    return list(discover(paths, config.load([*paths, Path(name)]), stdin=(name, b"x")).locations)


def test_standard_input_takes_the_place_of_a_file(project):
    project("pyproject.toml", "app/main.py", "app/users.py")
    main, users = typed("app/main.py")
    assert (main.path, main.content, main.reported) == ("app/main.py", b"x", True)
    assert (users.path, users.content, users.reported) == ("app/users.py", None, False)


def test_standard_input_need_not_be_a_file(project):
    project("pyproject.toml", "app/__init__.py")
    _, new = typed("app/new.py")
    assert (new.path, new.module, new.content, new.reported) == (
        "app/new.py",
        "app.new",
        b"x",
        True,
    )


def test_standard_input_may_stand_in_a_new_folder(project):
    project("a.py")
    (new,) = typed("new/b.py")
    assert (new.path, new.module) == ("new/b.py", "b")


def test_standard_input_is_reported_on_beside_what_is_named(project):
    project("pyproject.toml", "a.py", "b.py", "c.py")
    assert [place.path for place in typed("a.py", "b.py") if place.reported] == ["a.py", "b.py"]


def test_standard_input_through_a_link_is_the_file_itself(project):
    folder = project("pyproject.toml", "a.py")
    (folder / "link.py").symlink_to("a.py")
    (place,) = typed("link.py")
    assert (place.path, place.content, place.reported) == ("a.py", b"x", True)


def test_standard_input_is_no_folder(project):
    project("pyproject.toml", "app/main.py")
    with pytest.raises(UsageError) as caught:
        typed("app")
    assert str(caught.value) == "standard input is no folder, as `app` is: name a file"


# --- the root of the project ---------------------------------------------------------


@pytest.mark.parametrize("mark", ["fastlint.toml", "pyproject.toml", "setup.py", "setup.cfg"])
def test_the_nearest_project_file_makes_the_root(project, mark: str):
    folder = project(".git/HEAD", f"api/{mark}", "api/app/main.py", "web/x.py")
    paths = [Path("api/app/main.py")]
    assert project_root(paths, config.load(paths)) == folder / "api"


def test_a_repository_makes_the_root(project):
    project(".git/HEAD", "app/main.py", "lib/x.py")
    assert found("app/main.py") == ["app/main.py", "lib/x.py"]


def test_a_worktree_makes_the_root(project):
    project(".git", "app/main.py", "lib/x.py")
    assert found("app/main.py") == ["app/main.py", "lib/x.py"]


def test_the_root_holds_all_that_is_named(project):
    folder = project("setup.py", "a/setup.py", "a/x.py", "b/setup.py", "b/y.py")
    paths = [Path("a/x.py"), Path("b/y.py")]
    assert project_root(paths, config.load(paths)) == folder


def test_the_settings_in_force_make_the_root_of_a_repository_of_several_projects(
    project, write_files
):
    folder = project(".git/HEAD", "a/pyproject.toml", "a/x.py", "b/pyproject.toml", "b/y.py")
    write_files(folder, {"pyproject.toml": "[tool.fastlint]\n"})
    assert found("a/x.py") == found("b") == found(".") == ["a/x.py", "b/y.py"]
    assert reported("a/x.py") == ["a/x.py"]


def test_settings_outside_the_repository_do_not_make_the_root(project):
    project("fastlint.toml", "repository/.git/HEAD", "repository/a.py", "other/b.py")
    assert found("repository/a.py") == ["repository/a.py"]


def test_without_a_project_file_the_folder_of_what_is_named_is_the_root(project):
    project("a/x.py", "a/y.py", "b/z.py")
    assert found("a/x.py") == found("a") == ["a/x.py", "a/y.py"]
    assert found("a/x.py", "b") == ["a/x.py", "a/y.py", "b/z.py"]


def test_without_a_project_file_a_package_is_not_torn_apart(project):
    project("app/__init__.py", "app/api/__init__.py", "app/api/users.py", "app/db.py", "other.py")
    assert found("app/api/users.py") == [
        "app/__init__.py",
        "app/api/__init__.py",
        "app/api/users.py",
        "app/db.py",
    ]


# --- modules -------------------------------------------------------------------------


def test_a_module_is_named_from_the_root_of_its_package(project):
    project("pyproject.toml", "lib/app/__init__.py", "lib/app/api/__init__.py", "lib/app/api/x.py")
    assert module("lib/app/api/x.py") == ("app.api.x", "lib")
    assert module("lib/app/api/__init__.py") == ("app.api", "lib")


def test_only_an_init_is_a_package(project):
    project("pyproject.toml", "app/__init__.py", "app/main.py")
    assert [place.is_package for place in find().locations] == [True, False]


def test_a_namespace_package_is_named_from_the_project(project):
    project("pyproject.toml", "company/app/main.py")
    assert module("company/app/main.py") == ("company.app.main", ".")


def test_a_src_folder_is_a_root(project):
    project("pyproject.toml", "src/app/main.py", "src/pkg/__init__.py")
    assert module("src/app/main.py") == ("app.main", "src")
    assert module("src/pkg/__init__.py") == ("pkg", "src")


def test_a_src_folder_that_is_a_package_is_no_root(project):
    project("pyproject.toml", "src/__init__.py", "src/app/__init__.py", "src/app/main.py")
    assert module("src/app/main.py") == ("src.app.main", ".")


def test_a_folder_in_a_package_belongs_to_it_without_an_init(project):
    project("pyproject.toml", "lib/app/__init__.py", "lib/app/sub/x.py")
    assert module("lib/app/sub/x.py") == ("app.sub.x", "lib")


def test_a_project_that_is_itself_a_package_is_named_from_outside(project):
    project("pyproject.toml", "__init__.py", "api/__init__.py", "api/x.py")
    assert module("api/x.py") == ("project.api.x", "..")


@pytest.mark.parametrize("mark", ["pyproject.toml", "setup.py", "setup.cfg"])
def test_each_project_of_a_repository_has_its_own_root(project, mark: str):
    project(".git/HEAD", f"one/{mark}", "one/app/main.py", f"two/{mark}", "two/app/main.py")
    assert module("one/app/main.py") == ("app.main", "one")
    assert module("two/app/main.py") == ("app.main", "two")


def test_a_name_that_cannot_be_imported_is_a_name_still(project):
    project("pyproject.toml", "my-app/0001_first.py", "my-app/a.b.py")
    assert module("my-app/0001_first.py") == ("my-app.0001_first", ".")
    assert module("my-app/a.b.py") == ("my-app.a.b", ".")


def test_a_stub_is_found_where_it_is_all_there_is(project):
    project("pyproject.toml", "a.py", "a.pyi", "b.pyi", "pkg/__init__.pyi", "pkg/c.pyi")
    assert [(place.path, place.module, place.is_stub) for place in find().locations] == [
        ("a.py", "a", False),
        ("b.pyi", "b", True),
        ("pkg/__init__.pyi", "pkg", True),
        ("pkg/c.pyi", "pkg.c", True),
    ]


def test_a_stub_is_not_found_beside_its_module_though_it_is_named(project):
    project("pyproject.toml", "a.py", "a.pyi")
    assert reported("a.pyi") == []


def test_a_stub_is_found_where_its_module_is_left_out(project, write_files):
    folder = project("a.py", "a.pyi")
    write_files(folder, {"fastlint.toml": 'exclude = ["a.py"]'})
    assert found() == ["a.pyi"]


# --- what is left out ----------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        ".git",
        ".hg",
        ".mypy_cache",
        ".nox",
        ".tox",
        ".venv",
        "__pycache__",
        "_build",
        "build",
        "dist",
        "lib/python3.12/site-packages",
        "node_modules",
        "venv",
    ],
)
def test_folders_that_hold_no_code_of_the_project_are_left_out(project, name: str):
    project("pyproject.toml", "a.py", f"{name}/b.py", f"sub/{name}/c/d.py", "sub/e.py")
    assert found() == ["a.py", "sub/e.py"]


@pytest.mark.parametrize("mark", ["pyvenv.cfg", "conda-meta/history"])
def test_a_virtual_environment_is_known_by_what_is_in_it(project, mark: str):
    project("pyproject.toml", "a.py", f"python/{mark}", "python/lib/b.py", "python/c.py")
    assert found() == ["a.py"]


@pytest.mark.parametrize("name", ["env", "environment", "virtual", ".hidden"])
def test_a_folder_is_not_left_out_for_a_name_that_might_be_the_project_s(project, name: str):
    project("pyproject.toml", f"{name}/a.py")
    assert found() == [f"{name}/a.py"]


def test_files_with_the_name_of_a_folder_that_is_left_out_are_found(project):
    project("pyproject.toml", "build.py", "venv.py", "dist.py")
    assert found() == ["build.py", "dist.py", "venv.py"]


def test_a_project_inside_a_folder_that_is_left_out_is_found(project):
    project("build/pyproject.toml", "build/a.py", "venv/x/setup.cfg", "venv/x/b.py")
    assert found("build") == ["build/a.py"]
    assert found("venv/x") == ["venv/x/b.py"]


@pytest.fixture
def settings(project, write_files) -> Callable[[str], None]:
    """Writes the project's settings."""

    def write(text: str) -> None:
        write_files(project(), {"fastlint.toml": text})

    return write


def test_exclude_replaces_what_is_left_out_by_default(project, settings):
    project("a.py", "build/b.py", "legacy/c.py", ".venv/d.py", "env/pyvenv.cfg", "env/e.py")
    settings('exclude = ["legacy/"]')
    assert found() == ["a.py", "build/b.py"]


def test_extend_exclude_adds_to_what_is_left_out_by_default(project, settings):
    project("a.py", "build/b.py", "legacy/c.py")
    settings('extend-exclude = ["legacy/"]')
    assert found() == ["a.py"]


def test_a_negated_pattern_brings_back_what_is_left_out_by_default(project, settings):
    project("a.py", "build/b.py", "x/build/c.py")
    settings('extend-exclude = ["!/build/"]')
    assert found() == ["a.py", "build/b.py"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("x.py", ["x/y/z.py"]),
        ("/x.py", ["x/x.py", "x/y/x.py", "x/y/z.py"]),
        ("x/*.py", ["x.py", "x/y/x.py", "x/y/z.py"]),
        ("x/**/x.py", ["x.py", "x/y/z.py"]),
        ("y/", ["x.py", "x/x.py"]),
        ("x", ["x.py"]),
        ("*.py", []),
    ],
)
def test_patterns_are_those_of_git_from_the_folder_of_the_settings(
    project, settings, pattern: str, expected: list[str]
):
    project("x.py", "x/x.py", "x/y/x.py", "x/y/z.py")
    settings(f'exclude = ["{pattern}"]')
    assert found() == expected


def test_patterns_are_relative_to_the_settings_wherever_one_stands(project, settings, monkeypatch):
    folder = project("app/a.py", "app/app/b.py")
    settings('exclude = ["/app/app"]')
    monkeypatch.chdir(folder / "app")
    assert found(".") == ["a.py"]


def test_patterns_of_settings_elsewhere_are_relative_to_the_project(project, tmp_path, write_files):
    project("pyproject.toml", "a.py", "legacy/b.py")
    write_files(tmp_path, {"shared/lint.toml": 'exclude = ["/legacy"]'})
    assert found(settings=config.load(file=tmp_path / "shared" / "lint.toml")) == ["a.py"]


def test_a_named_file_is_reported_on_though_it_is_left_out(project, settings):
    project("a.py", "legacy/b.py", "legacy/c.py", ".gitignore")
    settings('exclude = ["legacy/"]')
    assert reported("legacy/b.py") == ["legacy/b.py"]
    assert found("legacy/b.py") == ["a.py", "legacy/b.py"]


def test_a_named_folder_is_reported_on_though_it_is_left_out(project, settings):
    project("a.py", "legacy/b.py", "legacy/sub/c.py", "legacy/d_pb2.py", "legacy/.venv/e.py")
    settings('exclude = ["legacy/", "*_pb2.py"]')
    assert reported("legacy") == ["legacy/b.py", "legacy/sub/c.py"]
    assert reported("legacy/sub") == ["legacy/sub/c.py"]


def test_a_named_virtual_environment_is_reported_on(project):
    project("pyproject.toml", "a.py", ".venv/pyvenv.cfg", ".venv/lib/site-packages/b/c.py")
    assert reported(".venv/lib/site-packages/b") == [".venv/lib/site-packages/b/c.py"]


@pytest.mark.parametrize("name", ["legacy/b.py", "legacy", "legacy/sub", ".venv/d.py", "env/e.py"])
def test_with_force_exclude_a_name_does_not_help(project, settings, name: str):
    project("a.py", "legacy/b.py", "legacy/sub/c.py", ".venv/d.py", "env/pyvenv.cfg", "env/e.py")
    settings('exclude = ["legacy/"]\nforce-exclude = true\n')
    assert reported(name, "a.py") == ["a.py"]


def test_with_force_exclude_what_is_not_left_out_is_reported_on(project, settings):
    project("a.py", "run", "legacy/b.py")
    settings('exclude = ["legacy/"]\nforce-exclude = true\n')
    assert reported("a.py", "run", ".") == ["a.py", "run"]


# --- git -----------------------------------------------------------------------------


def test_what_git_ignores_is_left_out(project, write_files):
    folder = project("a.py", "gen/b.py", "x_pb2.py", "sub/c_pb2.py")
    write_files(folder, {".gitignore": "gen/\n*_pb2.py\n"})
    assert found() == ["a.py"]


def test_ignore_files_are_obeyed_without_a_repository_too(project, write_files):
    folder = project("pyproject.toml", "a.py", "b.py")
    write_files(folder, {".gitignore": "b.py"})
    assert found() == ["a.py"]


def test_ignore_files_of_the_repository_above_the_project_are_obeyed(project, write_files):
    folder = project(".git/HEAD", "api/pyproject.toml", "api/a.py", "api/gen/b.py")
    write_files(folder, {".gitignore": "/api/gen\n"})
    assert found("api") == ["api/a.py"]


def test_ignore_files_above_the_repository_are_not_obeyed(project, write_files):
    folder = project("repository/.git/HEAD", "repository/a.py")
    write_files(folder, {".gitignore": "*\n"})
    assert found("repository") == ["repository/a.py"]


def test_the_private_ignore_file_of_the_repository_is_obeyed(project, write_files):
    folder = project("a.py", "b.py")
    write_files(folder, {".git/info/exclude": "b.py\n"})
    assert found() == ["a.py"]


def test_ignore_files_can_be_left_unread(project, settings, write_files):
    folder = project("a.py", "b.py", "c.py")
    write_files(folder, {".gitignore": "b.py", ".git/info/exclude": "c.py"})
    settings("respect-gitignore = false")
    assert found() == ["a.py", "b.py", "c.py"]


def test_a_named_file_is_reported_on_though_git_ignores_it(project, write_files):
    folder = project("pyproject.toml", "gen/a.py", "gen/b.py")
    write_files(folder, {".gitignore": "gen/"})
    assert found("gen/a.py") == ["gen/a.py"]
    assert found("gen") == ["gen/a.py", "gen/b.py"]


def test_an_ignored_folder_that_is_named_obeys_its_own_ignore_file(project, write_files):
    folder = project("pyproject.toml", "gen/a.py", "gen/b.py")
    write_files(folder, {".gitignore": "gen/", "gen/.gitignore": "b.py"})
    assert found("gen") == ["gen/a.py"]


NESTED = {
    ".gitignore": "*.py\n!/app/\n!*.py\n/private/*\n!/private/kept/\nlogs\nsub/deep/\n",
    "a.py": "",
    "app/.gitignore": "gen*\n!gen_kept.py\n/local.py\n",
    "app/gen_x.py": "",
    "app/gen_kept.py": "",
    "app/local.py": "",
    "app/sub/local.py": "",
    "app/sub/.gitignore": "!gen_sub.py\n**/tmp/*.py\n",
    "app/sub/gen_sub.py": "",
    "app/sub/gen_other.py": "",
    "app/sub/x/tmp/a.py": "",
    "app/sub/x/tmp/y/a.py": "",
    "private/a.py": "",
    "private/kept/b.py": "",
    "logs/a.py": "",
    "app/logs/.gitignore": "!*\n",
    "app/logs/a.py": "",
    "sub/deep/a.py": "",
    "app/sub/deep/a.py": "",
    "white/.gitignore": "*\n!*/\n!*.py\nb.py\n",
    "white/a.py": "",
    "white/sub/a.py": "",
    "white/sub/b.py": "",
    "black/.gitignore": "*\n!*/\n",
    "black/sub/a.py": "",
    "data/.gitignore": "/one/**\n!/one/kept.py\n/two/**\n!/two/**/\n!/two/**/kept.py\n*/three/**\n",
    "data/one/a.py": "",
    "data/one/kept.py": "",
    "data/one/sub/kept.py": "",
    "data/two/a.py": "",
    "data/two/sub/kept.py": "",
    "data/x/three/a.py": "",
    "stars/.gitignore": "a/*\n!a/b/\n*/c/\nd/**/e.py\n",
    "stars/a/x.py": "",
    "stars/a/b/x.py": "",
    "stars/x/c/x.py": "",
    "stars/c/x.py": "",
    "stars/d/e.py": "",
    "stars/d/x/y/e.py": "",
    "slash/.gitignore": "*/**\n!keep/\n!keep/a.py\n",
    "slash/a.py": "",
    "slash/keep/a.py": "",
    "slash/other/a.py": "",
    "odd/.gitignore": "[z-a]\n\\#a.py\n!\ntrailing.py   \nsp\\ ace.py\n",
    "odd/#a.py": "",
    "odd/trailing.py": "",
    "odd/sp ace.py": "",
    "odd/z.py": "",
}


def test_nested_ignore_files_mean_what_they_mean_to_git(project, write_files):
    folder = write_files(project(), NESTED)
    subprocess.run(["git", "init", "-q"], check=True)
    (folder / ".git" / "info" / "exclude").write_text("z.py\n!a.py\n")
    listed = ["git", "ls-files", "--others", "--exclude-standard", "-z", "*.py"]
    output = subprocess.run(listed, check=True, capture_output=True, text=True).stdout
    assert found() == sorted(filter(None, output.split("\0")))


# --- links ---------------------------------------------------------------------------


def test_a_file_that_several_links_lead_to_is_found_once(project):
    folder = project("pyproject.toml", "z/real.py")
    (folder / "a.py").symlink_to("z/real.py")
    (folder / "b.py").symlink_to("a.py")
    assert found() == ["z/real.py"]


def test_a_folder_that_a_link_leads_to_is_found_once(project):
    folder = project("pyproject.toml", "z/real.py")
    (folder / "a").symlink_to("z")
    assert found() == ["z/real.py"]


def test_a_link_to_a_folder_around_it_ends(project):
    folder = project("pyproject.toml", "a/b/c.py")
    (folder / "a" / "b" / "up").symlink_to("..")
    (folder / "a" / "self").symlink_to(".")
    (folder / "a" / "out").symlink_to(folder.parent)
    (folder / "x").symlink_to("y")
    (folder / "y").symlink_to("x")
    assert found() == ["a/b/c.py"]
    assert reported("a/b") == ["a/b/c.py"]


def test_links_that_lead_to_each_other_end(project, tmp_path, write_files):
    folder = project("pyproject.toml")
    write_files(tmp_path, {"one/a.py": "", "two/b.py": ""})
    (tmp_path / "one" / "two").symlink_to(tmp_path / "two")
    (tmp_path / "two" / "one").symlink_to(tmp_path / "one")
    (folder / "one").symlink_to(tmp_path / "one")
    assert found() == ["one/a.py", "one/two/b.py"]


def test_a_link_out_of_the_project_is_followed(project, tmp_path, write_files):
    folder = project("pyproject.toml", "app/a.py")
    write_files(tmp_path, {"shared/pkg/__init__.py": "", "shared/pkg/b.py": "", "c.py": ""})
    (folder / "app" / "lib").symlink_to(tmp_path / "shared")
    (folder / "app" / "c.py").symlink_to(tmp_path / "c.py")
    assert found("app") == ["app/a.py", "app/c.py", "app/lib/pkg/__init__.py", "app/lib/pkg/b.py"]
    assert module("app/lib/pkg/b.py", "app") == ("pkg.b", "app/lib")


def test_a_link_to_what_is_left_out_is_not_followed(project, tmp_path, write_files):
    folder = project("pyproject.toml", "a.py", "build/b.py", ".venv/lib/c.py")
    write_files(tmp_path, {"env/pyvenv.cfg": "", "env/d.py": "", "x/node_modules/e/f.py": ""})
    (folder / "one").symlink_to("build")
    (folder / "two").symlink_to(".venv/lib")
    (folder / "three").symlink_to(tmp_path / "env")
    (folder / "four").symlink_to(tmp_path / "x" / "node_modules" / "e")
    assert found() == ["a.py"]


def test_what_a_link_in_a_named_folder_leads_to_is_reported_on(project):
    folder = project("pyproject.toml", "app/a.py", "lib/b.py", "other/c.py", "other/d.py")
    (folder / "app" / "lib").symlink_to("../lib")
    (folder / "app" / "c.py").symlink_to("../other/c.py")
    assert reported("app") == ["app/a.py", "lib/b.py", "other/c.py"]


def test_a_named_link_is_the_file_itself(project):
    folder = project("pyproject.toml", "app/a.py")
    (folder / "link.py").symlink_to("app/a.py")
    (folder / "link").symlink_to("app")
    assert reported("link.py") == reported("link") == ["app/a.py"]


def test_a_link_that_leads_nowhere_is_found_so_that_it_is_reported(project):
    folder = project("pyproject.toml")
    (folder / "a.py").symlink_to("gone.py")
    assert found() == ["a.py"]


def test_the_dangling_links_of_editors_are_left_out(project):
    folder = project("pyproject.toml", "a.py")
    (folder / ".#a.py").symlink_to("user@host.1234")
    assert found() == ["a.py"]


# --- odd trees -----------------------------------------------------------------------


def test_files_are_in_the_order_of_their_paths(project):
    names = ["b.py", "a/z.py", "a.py", "a-b.py", "a/b/c.py", "B.py"]
    project("pyproject.toml", *names)
    assert found() == sorted(names)


def test_what_is_no_file_is_not_found(project):
    folder = project("pyproject.toml", "folder.py/a.py")
    os.mkfifo(folder / "pipe.py")
    assert found() == ["folder.py/a.py"]


def test_a_name_that_is_not_utf_8_can_be_reported(project):
    folder = project("pyproject.toml")
    (folder / os.fsdecode(b"caf\xe9")).mkdir()
    (folder / os.fsdecode(b"caf\xe9") / os.fsdecode(b"\xff.py")).touch()
    (location,) = find().locations
    assert (location.path, location.module) == ("caf\ufffd/\ufffd.py", "caf\ufffd.\ufffd")
    assert location.absolute.exists()


def test_a_folder_that_cannot_be_read_is_a_problem_and_the_rest_is_found(project):
    project("pyproject.toml", "a.py")
    # A path that is longer than the system takes.
    descriptor = os.open(".", os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=descriptor)
        inner = os.open("d" * 250, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(descriptor)
    result = find()
    assert [location.path for location in result.locations] == ["a.py"]
    (problem,) = result.problems
    assert problem.kind is ProblemKind.UNREADABLE
    assert problem.message == "the folder cannot be read: File name too long"
    assert problem.path.startswith("d" * 250 + "/")


def test_a_search_without_mishap_has_no_problems(project):
    project("pyproject.toml", "a.py")
    assert find().problems == ()
