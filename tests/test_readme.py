"""The README says what is: its samples of output, settings and reports are real."""

import json
import re
import subprocess
import sys
from pathlib import Path

import click
import jsonschema
import pytest

from fastlint import config, rulebook, testing
from fastlint.cli import main
from fastlint.reports.json import schema

pytestmark = pytest.mark.checkout

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text()


def blocks(readme: str, language: str) -> list[str]:
    """The code blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)


def test_sample_is_what_the_command_prints(readme):
    _, _, rest = readme.partition("<!-- sample -->\n```console\n$ fastlint ")
    sample, _, _ = rest.partition("```\n<!-- end of sample -->")
    arguments, _, printed = sample.partition("\n")
    command = [sys.executable, "-m", "fastlint", *arguments.split()]
    run = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 1, run.stderr
    assert run.stdout == printed


@pytest.mark.parametrize("name", ["run", "tests"])
def test_command_is_one_line(readme, name):
    _, _, rest = readme.partition(f"<!-- command: {name} -->\n```console\n")
    command, _, _ = rest.partition("```\n<!-- end of command -->")
    assert command.startswith("python3 -m venv .venv && ")
    assert command.count("\n") == 1


def test_sample_of_the_settings_is_accepted_and_names_real_rules(readme, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text(blocks(readme, "toml")[0])
    settings = config.load([Path()])
    assert settings.file == tmp_path / "pyproject.toml"
    rules = rulebook.load()
    for _, selector in settings.selectors():
        assert rules.resolve(selector)


def test_sample_of_the_report_fits_its_schema(readme):
    (sample,) = blocks(readme, "json")
    jsonschema.validate(json.loads(sample), schema())


def test_samples_of_suppressions_silence_what_they_name(readme):
    (sample,) = blocks(readme, "python")
    code = (
        "from pathlib import Path\n"
        "import requests as legacy\n"
        "async def load(path: Path, key: str) -> None:\n"
        "    legacy_lookup = legacy.get\n"
    )
    body = "".join(f"    {line}".rstrip() + "\n" for line in sample.splitlines())
    kept = body.replace("fastlint: ignore", "nothing")
    assert testing.run({"main.py": code + kept}).findings
    report = testing.run({"main.py": code + body})
    assert not report.findings, report.findings
    assert report.summary.suppressed == 2


def test_every_option_of_the_command_line_is_listed(readme):
    options = [option for option in main.params if isinstance(option, click.Option)]
    assert [option.opts for option in options if max(option.opts, key=len) not in readme] == []


def test_every_link_into_the_repository_leads_somewhere(readme):
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", readme)
    assert [link for link in links if not (ROOT / link).exists()] == []
