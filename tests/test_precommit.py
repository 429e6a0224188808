"""The hooks, as users get them: pre-commit installs them from a git checkout and runs them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.checkout

CHECKOUT = Path(__file__).parents[1]

FILES = {
    "pyproject.toml": '[project]\nname = "app"\n',
    "app/__init__.py": "",
    "app/main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
    "app/routes.py": (
        "from app.client import load\n"
        "from app.main import app\n"
        "\n"
        "\n"
        '@app.get("/load")\n'
        "async def fetch() -> str:\n"
        "    return load()\n"
    ),
    "app/client.py": (
        "import requests\n"
        "\n"
        "\n"
        "def load() -> str:\n"
        '    return requests.get("https://example.com", timeout=5).text\n'
    ),
    "app/naps.py": "import time\n\n\nasync def nap() -> None:\n    time.sleep(1)\n",
}


def git(folder: Path, *arguments: str) -> str:
    """Runs git in `folder`, with an identity and without the user's settings."""
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def commit_all(folder: Path) -> str:
    """Makes `folder` a repository with one commit of all its files; gives the commit."""
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Everything")
    return git(folder, "rev-parse", "HEAD").strip()


@pytest.fixture(scope="module")
def fastlint_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the files of this checkout, as they are now."""
    folder = tmp_path_factory.mktemp("fastlint")
    listed = git(CHECKOUT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in listed.split("\0"):
        source = CHECKOUT / name
        if not name or not source.is_file():
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    return folder


@pytest.fixture(scope="module")
def project(fastlint_repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that uses both hooks."""
    folder = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (folder / ".pre-commit-config.yaml").write_text(
        "repos:\n"
        f"  - repo: {fastlint_repository}\n"
        f"    rev: {commit_all(fastlint_repository)}\n"
        "    hooks:\n"
        "      - id: fastlint\n"
        "      - id: fastlint-project\n"
    )
    commit_all(folder)
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> dict[str, str]:
    """An environment in which pre-commit installs hooks afresh, once for this module."""
    return {**os.environ, "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("hooks"))}


@pytest.fixture
def run_hook(project, installed):
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pre_commit", "run", "--color=never", *arguments]
        return subprocess.run(
            command, check=False, cwd=project, env=installed, capture_output=True, text=True
        )

    return run


def test_hook_reports_a_passed_file_for_what_another_file_does(run_hook):
    result = run_hook("fastlint", "--files", "app/routes.py")
    assert result.returncode == 1, result.stdout + result.stderr
    assert "blocking-http" in result.stdout
    assert "app/routes.py:7:" in result.stdout
    assert "app/client.py:5 " in result.stdout, "the trace leads to the file that was not passed"


def test_hook_does_not_report_on_files_that_were_not_passed(run_hook):
    result = run_hook("fastlint", "--files", "app/routes.py")
    assert "blocking-sleep" not in result.stdout


def test_hook_passes_clean_files(run_hook):
    result = run_hook("fastlint", "--files", "app/client.py", "app/main.py")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Passed" in result.stdout


def test_project_hook_reports_on_every_file(run_hook):
    result = run_hook("fastlint-project", "--files", "app/main.py")
    assert result.returncode == 1, result.stdout + result.stderr
    assert "blocking-http" in result.stdout
    assert "blocking-sleep" in result.stdout
