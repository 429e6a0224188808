"""Rules: their names, what they register, how they are found, and what mypy makes of them."""

import subprocess
import sys
from pathlib import Path

import libcst as cst
import pytest

from fastlint import rulebook
from fastlint.rule import NoOptions, Options, Rule, discover_rules
from fastlint.rulebook import PluginError

KEEPS_ITS_PAGE = """\
from fastlint.rule import Rule

rule = Rule(__name__)
"""

KEEPS_TWO_PAGES = """\
from fastlint.rule import Rule

rules = (Rule(__name__, name="acme-one"), Rule(__name__, name="acme-two"))
"""


class Limit(Options):
    limit: int = 3


def test_a_rule_is_named_after_its_module():
    assert Rule("fastlint.checks.blocking.blocking_http").name == "blocking-http"


def test_a_rule_of_a_module_that_keeps_several_pages_is_named_explicitly():
    assert Rule("fastlint.checks.reached_effect", name="blocking-http").name == "blocking-http"


def test_a_rule_has_no_options_unless_it_says_so():
    assert Rule("blocking_http").options is NoOptions
    assert Rule("blocking_http", Limit).options is Limit


def test_a_rule_remembers_its_checks():
    rule = Rule("blocking_http")

    @rule.on(cst.Call)
    def check_call(node, module):
        yield module.finding(node, "called")

    @rule.on_project
    def check_project(project):
        yield from project.options

    assert rule.node_checks == [(cst.Call, check_call)]
    assert rule.project_checks == [check_project]


# --- discovery ---------------------------------------------------------------------


@pytest.fixture
def discover(install_plugin, monkeypatch, tmp_path):
    """The names that are found together with a plugin."""

    def discover(name, modules, pages):
        monkeypatch.syspath_prepend(install_plugin(tmp_path, name, modules, pages))
        return [rule.name for rule in discover_rules()]

    rulebook.load.cache_clear()
    discover_rules.cache_clear()
    yield discover
    rulebook.load.cache_clear()
    discover_rules.cache_clear()


def test_the_rules_are_sorted_and_each_is_there_once():
    names = [rule.name for rule in discover_rules()]
    assert names == sorted(set(names))


def test_a_plugin_brings_rules_and_pages(discover):
    names = discover("acme_found", {"acme_rule": KEEPS_ITS_PAGE}, {"ACME1": "acme-rule"})
    assert "acme-rule" in names
    assert rulebook.load().page("ACME1").card.category == "acme"


def test_a_module_may_keep_several_pages(discover):
    pages = {"ACME1": "acme-one", "ACME2": "acme-two"}
    names = discover("acme_several", {"acme_pair": KEEPS_TWO_PAGES}, pages)
    assert {"acme-one", "acme-two"} <= set(names)


def test_modules_with_a_leading_underscore_need_no_rule(discover):
    modules = {"_shared": "", "acme_rule": KEEPS_ITS_PAGE}
    assert "acme-rule" in discover("acme_shared", modules, {"ACME1": "acme-rule"})


@pytest.mark.parametrize(
    ("name", "modules", "pages", "message"),
    [
        ("acme_broken", {"acme_rule": "import absent_library"}, {}, "absent_library"),
        ("acme_raising", {"acme_rule": "raise OSError('no licence')"}, {}, "no licence"),
        ("acme_empty", {"acme_rule": ""}, {}, "either a `rule` or a tuple `rules`"),
        ("acme_pageless", {"acme_rule": KEEPS_ITS_PAGE}, {}, "`acme-rule` has no page"),
        (
            "acme_twice",
            {"acme_one": KEEPS_TWO_PAGES, "acme_two": KEEPS_ITS_PAGE},
            {"ACME1": "acme-one", "ACME2": "acme-two"},
            "the name `acme-two` is taken",
        ),
    ],
)
def test_a_plugin_that_cannot_be_used_is_an_error(discover, name, modules, pages, message):
    with pytest.raises(PluginError, match=message) as raised:
        discover(name, modules, pages)
    assert str(raised.value).startswith(f"plugin `{name}`")


def test_a_plugin_whose_package_is_gone_is_an_error(install_plugin, monkeypatch, tmp_path):
    install_plugin(tmp_path, "acme_gone", {}, {})
    (tmp_path / "acme_gone").rename(tmp_path / "elsewhere")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PluginError, match="there is no package `acme_gone`"):
        rulebook.load.__wrapped__()


# --- types -------------------------------------------------------------------------

TYPED = """\
from collections.abc import Iterator

import libcst as cst

from fastlint.diagnostics import Finding
from fastlint.extraction.module import Module
from fastlint.project import Project
from fastlint.rule import NoOptions, Options, Rule


class Limit(Options):
    limit: int = 3


plain = Rule(__name__)
limited = Rule(__name__, Limit)


@plain.on(cst.Call)
def right_node(node: cst.Call, module: Module[NoOptions]) -> Iterator[Finding]:
    yield module.finding(node.func, "called")


@plain.on(cst.Call)
def wider_node(node: cst.CSTNode, module: Module[NoOptions]) -> Iterator[Finding]:
    yield module.finding(node, "seen")


@plain.on(cst.Call)  # rejected
def wrong_node(node: cst.Attribute, module: Module[NoOptions]) -> Iterator[Finding]:
    yield module.finding(node, "seen")


@limited.on(cst.Call)  # rejected
def wrong_options(node: cst.Call, module: Module[NoOptions]) -> Iterator[Finding]:
    yield module.finding(node, "seen")


@limited.on_project
def right_options(project: Project[Limit]) -> Iterator[Finding]:
    assert project.options.limit > 0
    yield from ()


@limited.on_project  # rejected
def wrong_result(project: Project[Limit]) -> Finding | None:
    return None
"""


@pytest.mark.checkout
def test_mypy_rejects_a_handler_that_does_not_fit(tmp_path):
    path = tmp_path / "typed_check.py"
    path.write_text(TYPED, encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--follow-imports=silent"]
    run = subprocess.run(
        [*mypy, f"--cache-dir={tmp_path}", path],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    errors = [line.split(":") for line in run.stdout.splitlines() if ": error:" in line]
    rejected = [n for n, line in enumerate(TYPED.splitlines(), 1) if "# rejected" in line]
    assert [int(line) for _, line, *_ in errors] == rejected, run.stdout + run.stderr
