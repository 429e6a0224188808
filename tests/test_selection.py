"""Which rules run, how bad their findings are, and where they say nothing."""

from pathlib import Path

import pytest

from fastlint.config import ConfigError, load
from fastlint.diagnostics import Severity
from fastlint.selection import Selection, select


@pytest.fixture
def selected(book, write_files, tmp_path, monkeypatch):
    """The selection that a `fastlint.toml` and a command line make."""

    def selected(settings="", **overrides) -> Selection:
        monkeypatch.chdir(write_files(tmp_path, {"fastlint.toml": settings}))
        given = {name.replace("_", "-"): value for name, value in overrides.items()}
        return select(load(overrides=given), book)

    return selected


@pytest.fixture
def by_default(book) -> set[str]:
    return {page.name for page in book if page.card.default == "on"}


def test_rules_that_are_on_by_default_run(selected, by_default):
    assert selected().rules == by_default
    assert "blocking-path" not in by_default


@pytest.mark.parametrize("selector", ["blocking-http", "FL102"])
def test_one_rule_is_selected_by_name_or_code(selected, selector):
    assert selected(select=[selector]).rules == {"blocking-http"}


@pytest.mark.parametrize("selector", ["blocking", "FL1"])
def test_many_rules_are_selected_by_category_or_prefix(selected, book, selector):
    blocking = {page.name for page in book if page.card.category == "blocking"}
    assert selected(select=[selector]).rules == blocking


def test_all_selects_all(selected, book):
    assert selected(select=["ALL"]).rules == {page.name for page in book}


def test_an_extension_adds_to_the_default(selected, by_default):
    assert selected(extend_select=["FL105"]).rules == by_default | {"blocking-path"}


def test_what_is_ignored_does_not_run(selected, by_default):
    assert selected(ignore=["FL102"]).rules == by_default - {"blocking-http"}


def test_ignoring_beats_every_selection(selected):
    selection = selected(select=["FL101", "FL102"], extend_select=["FL103"], ignore=["FL1"])
    assert selection.rules == frozenset()


def test_the_command_line_ignores_besides_the_file(selected, by_default):
    selection = selected('ignore = ["FL101"]', ignore=["FL102"])
    assert selection.rules == by_default - {"blocking-sleep", "blocking-http"}


def test_the_narrowest_selector_sets_the_severity(selected):
    severities = selected('[severity]\nFL102 = "info"\nALL = "error"\nblocking = "warning"\n')
    assert severities.severities["blocking-http"] is Severity.INFO
    assert severities.severities["blocking-sleep"] is Severity.WARNING
    assert severities.severities["unawaited-coroutine"] is Severity.ERROR


def test_a_pattern_silences_rules_below_the_settings(selected, tmp_path):
    selection = selected('[per-path-ignores]\n"tests/" = ["FL1"]\n"*_test.py" = ["FL201"]\n')
    assert "blocking-http" in selection.silent(tmp_path / "tests" / "test_main.py")
    assert "unawaited-coroutine" not in selection.silent(tmp_path / "tests" / "test_main.py")
    assert selection.silent(tmp_path / "app" / "main_test.py") == {"unawaited-coroutine"}
    assert selection.silent(tmp_path / "app" / "main.py") == frozenset()


def test_a_negated_pattern_silences_all_other_files(selected, tmp_path):
    selection = selected('[per-path-ignores]\n"!app/" = ["FL102"]\n')
    assert selection.silent(tmp_path / "scripts" / "a.py") == {"blocking-http"}
    assert selection.silent(tmp_path / "app" / "a.py") == frozenset()


@pytest.mark.parametrize(
    "settings",
    [
        'select = ["blocking-htp"]',
        'extend-select = ["blocking-htp"]',
        'ignore = ["blocking-htp"]',
        'per-path-ignores = { "tests/" = ["blocking-htp"] }',
        'severity = { blocking-htp = "info" }',
        "rules = { blocking-htp = {} }",
    ],
)
def test_an_unknown_rule_is_an_error_wherever_it_stands(selected, settings):
    with pytest.raises(ConfigError) as error:
        selected(settings)
    assert str(error.value).startswith("fastlint.toml:1: ")
    assert "did you mean `blocking-http`?" in str(error.value)


def test_all_unknown_rules_are_told_at_once(selected):
    with pytest.raises(ConfigError) as error:
        selected('select = [\n"blocking-htp",\n"FL101",\n"couroutines",\n]\n', ignore=["FL9999"])
    first, second, third = str(error.value).splitlines()
    assert first.startswith("fastlint.toml:2: ")
    assert second.startswith("fastlint.toml:4: ")
    assert third.startswith("command line: ")


def test_options_stand_under_the_name_of_a_rule(selected):
    with pytest.raises(ConfigError, match=r"write `rules\.blocking-http`"):
        selected("[rules.FL102]\n")


def test_the_folder_of_patterns_without_settings_is_the_working_directory(book, monkeypatch):
    monkeypatch.chdir("/")
    overrides = {"per-path-ignores": {"tests/": ["FL102"]}}
    selection = select(load(isolated=True, overrides=overrides), book)
    assert selection.silent(Path("/tests/a.py")) == {"blocking-http"}
