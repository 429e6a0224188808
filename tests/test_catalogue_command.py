"""`fastlint catalogue check`, and catalogues of the user's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fastlint import testing
from fastlint.cli import main

OWN = """
library = "acme"

[[callable]]
name = "acme.call"
effect = "blocks:network"

[[class]]
name = "acme.Client"
[class.methods]
"fetch store" = { effect = "blocks:database", returns = "acme.Client" }
"""


def check(folder: Path, text: str) -> Result:
    path = folder / "acme.toml"
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(main, ["catalogue", "check", str(path)])


def test_a_good_catalogue_is_summed_up(tmp_path: Path) -> None:
    result = check(tmp_path, OWN)
    assert result.exit_code == 0
    assert "`acme`: 1 functions, 1 classes with 2 methods" in result.output


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('effect = "blocks:everything"', "is no effect"),
        ('returns = "list["', "is no type"),
        ('returns = "acme.Unheard"', "no catalogue describes"),
        ("blocks = true", "Extra inputs"),
    ],
)
def test_a_mistake_is_named_with_its_entry(tmp_path: Path, wrong: str, said: str) -> None:
    result = check(tmp_path, f'library = "acme"\n[[callable]]\nname = "acme.call"\n{wrong}\n')
    assert result.exit_code == 2
    assert said in result.output
    assert "acme.call" in result.output


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["catalogue", "check", str(tmp_path / "none.toml")])
    assert result.exit_code == 2
    assert "none.toml" in result.output


def test_what_the_bundled_catalogues_have_cannot_be_said_again(tmp_path: Path) -> None:
    result = check(tmp_path, 'library = "time"\n[[callable]]\nname = "time.sleep"\n')
    assert result.exit_code == 2
    assert "stands in the catalogues already" in result.output


def test_a_catalogue_of_the_users_own_is_obeyed() -> None:
    code = """
import acme

client = acme.Client()


async def work() -> None:
    acme.call()
    client.fetch().store()
"""
    files = {"main.py": code, "lint/acme.toml": OWN}
    report = testing.run({**files, "fastlint.toml": 'catalogues = ["lint/acme.toml"]\n'})
    assert [(finding.rule, finding.span.line) for finding in report.findings] == [
        ("blocking-network", 8),
        ("blocking-database", 9),
        ("blocking-database", 9),
    ]
    assert not testing.run(files).findings
