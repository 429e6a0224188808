"""What is shipped: the wheel, the sdist, and the wheel built from the sdist."""

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

import fastlint

pytestmark = pytest.mark.checkout

CHECKOUT = Path(__file__).parents[1]


def build(kind: str, source: Path, target: Path) -> Path:
    """Builds `source` into `target`, with the build backend of this environment."""
    command = [sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir"]
    subprocess.run([*command, str(target), str(source)], check=True, capture_output=True)
    (built,) = target.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    return build("wheel", CHECKOUT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory) -> Path:
    return build("sdist", CHECKOUT, tmp_path_factory.mktemp("sdist"))


def names_in(wheel: Path) -> set[str]:
    """The files of a wheel, without its metadata."""
    names = zipfile.ZipFile(wheel).namelist()
    return {name for name in names if ".dist-info/" not in name}


def files_of(folder: Path) -> set[str]:
    """The files below `folder` that are no by-products, relative to it."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix() for path in paths if "__pycache__" not in path.parts
    }


def test_wheel_holds_the_code_and_the_rules_and_nothing_else(wheel):
    code = {f"fastlint/{name}" for name in files_of(CHECKOUT / "fastlint")}
    rules = {f"fastlint/rules/{name}" for name in files_of(CHECKOUT / "rules")}
    assert names_in(wheel) == code | rules


def test_wheel_holds_the_type_marker_a_page_and_a_catalogue(wheel):
    names = names_in(wheel)
    assert "fastlint/py.typed" in names
    assert "fastlint/rules/blocking/blocking-http.md" in names
    assert "fastlint/rules/catalogues/requests.toml" in names


def test_wheel_from_the_sdist_is_the_same(wheel, sdist, tmp_path):
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    again = build("wheel", source, tmp_path / "dist")
    assert again.name == wheel.name
    assert names_in(again) == names_in(wheel)


def test_sdist_holds_what_the_tests_need(sdist):
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"tests/test_package.py", "examples/README.md", "pyproject.toml", "LICENSE"} <= names


def test_wheel_metadata_names_script_version_and_licence(wheel):
    with zipfile.ZipFile(wheel) as archive:
        metadata = {
            Path(name).name: archive.read(name).decode()
            for name in archive.namelist()
            if ".dist-info/" in name
        }
    assert "fastlint = fastlint.cli:main" in metadata["entry_points.txt"]
    assert f"\nVersion: {fastlint.__version__}\n" in metadata["METADATA"]
    assert "\nLicense-Expression: MIT\n" in metadata["METADATA"]
    assert "LICENSE" in metadata


def test_changelog_has_a_section_for_this_version():
    assert f"## {fastlint.__version__}" in (CHECKOUT / "CHANGELOG.md").read_text()


def test_every_dependency_says_why_it_is_there():
    lines = (CHECKOUT / "pyproject.toml").read_text().splitlines()
    dependencies = tomllib.loads("\n".join(lines))["project"]["dependencies"]
    for dependency in dependencies:
        at = lines.index(f'    "{dependency}",')
        assert lines[at - 1].strip().startswith("#"), dependency
