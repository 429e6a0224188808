"""The pinned projects that are measured: downloaded once, unpacked, one folder each."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

PINS = Path(__file__).with_name("corpus.txt")


def prepare(folder: Path) -> list[Path]:
    """Downloads and unpacks what is missing in `folder`; gives the projects, smallest first."""
    wheels = folder / "wheels"
    fetch(wheels)
    projects = [unpack(wheel, everything(folder)) for wheel in sorted(wheels.glob("*.whl"))]
    return sorted(projects, key=count_lines)


def everything(folder: Path) -> Path:
    """The folder of all projects, a project itself."""
    whole = folder / "everything"
    whole.mkdir(parents=True, exist_ok=True)
    (whole / "pyproject.toml").touch()
    return whole


def fetch(wheels: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    subprocess.run(
        [*command, "--only-binary", ":all:", "--dest", str(wheels), "-r", str(PINS)], check=True
    )


def unpack(wheel: Path, projects: Path) -> Path:
    """Unpacks the Python files of a wheel, as a project of their own."""
    target = projects / "-".join(wheel.name.split("-")[:2])
    if target.exists():
        return target
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target, [name for name in archive.namelist() if name.endswith(".py")])
    (target / "pyproject.toml").touch()
    return target


def count_lines(folder: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in folder.rglob("*.py"))
