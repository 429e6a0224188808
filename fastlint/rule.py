"""The `Rule` value: what a check registers with, and how checks are found.

A check lives in `fastlint/checks/<category>/<name>.py`, is named after its page, and says

    rule = Rule(__name__)

    @rule.on_project
    def check(project: Project[NoOptions]) -> Iterator[Finding]: ...

A module that keeps several pages, as `fastlint.checks.reached_effect` does for every page
whose card names an `effect`, has `rules` instead: a tuple of one `Rule` for each page.

A plugin is a package laid out the same way, `<category>/<name>.py` beside its page
`<category>/<name>.md`, that an entry point of the group `fastlint.rules` names.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from pydantic import BaseModel, ConfigDict

from fastlint import rulebook
from fastlint.diagnostics import Finding
from fastlint.rulebook import PluginError

if TYPE_CHECKING:
    import libcst as cst

    from fastlint.extraction.module import Module
    from fastlint.project import Project

CHECKS = "fastlint.checks"
"""The package of fastlint's own checks."""


class Options(BaseModel):
    """Base of the options of a rule: `[tool.fastlint.rules.<name>]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoOptions(Options):
    """A rule without options."""


OptionsT = TypeVar("OptionsT", bound=Options)
NodeT = TypeVar("NodeT", bound="cst.CSTNode")


class Rule(Generic[OptionsT]):
    """The checks of one page. Holds no state besides what is registered."""

    @overload
    def __init__(self: Rule[NoOptions], module_name: str, *, name: str | None = None) -> None: ...

    @overload
    def __init__(
        self, module_name: str, options: type[OptionsT], *, name: str | None = None
    ) -> None: ...

    def __init__(
        self, module_name: str, options: type[Options] = NoOptions, *, name: str | None = None
    ) -> None:
        """`module_name` is the `__name__` of the module, which is called after the rule's
        page with underscores for hyphens; `name` is for a module that keeps several pages.
        """
        self.name = name or module_name.rpartition(".")[2].replace("_", "-")
        self.options = options
        self.node_checks: list[
            tuple[type[cst.CSTNode], Callable[[Any, Any], Iterator[Finding]]]
        ] = []
        self.project_checks: list[Callable[[Any], Iterator[Finding]]] = []

    def on(
        self, kind: type[NodeT]
    ) -> Callable[
        [Callable[[NodeT, Module[OptionsT]], Iterator[Finding]]],
        Callable[[NodeT, Module[OptionsT]], Iterator[Finding]],
    ]:
        """Registers a check that sees every node of `kind` of a file."""

        def register(
            check: Callable[[NodeT, Module[OptionsT]], Iterator[Finding]],
        ) -> Callable[[NodeT, Module[OptionsT]], Iterator[Finding]]:
            self.node_checks.append((kind, check))
            return check

        return register

    def on_project(
        self, check: Callable[[Project[OptionsT]], Iterator[Finding]]
    ) -> Callable[[Project[OptionsT]], Iterator[Finding]]:
        """Registers a check that sees the whole project, once."""
        self.project_checks.append(check)
        return check


@cache
def discover_rules() -> tuple[Rule[Any], ...]:
    """The rules of all checks, fastlint's own and those of installed plugins, by name.

    Imports their modules. Raises PluginError where a plugin cannot be imported, has a
    module without a rule, or a rule that has no page or another's name.
    """
    by_name = {rule.name: rule for rule in _rules(CHECKS)}
    for plugin in rulebook.plugins():
        try:
            rules = tuple(_rules(plugin.module))
        except Exception as error:  # the plugin's own code runs here
            raise PluginError(f"plugin `{plugin.name}` cannot be imported: {error!r}") from error
        for rule in rules:
            if rule.name in by_name:
                raise PluginError(f"plugin `{plugin.name}`: the name `{rule.name}` is taken")
            if rule.name not in rulebook.load():
                raise PluginError(f"plugin `{plugin.name}`: rule `{rule.name}` has no page")
            by_name[rule.name] = rule
    return tuple(by_name[name] for name in sorted(by_name))


def _rules(package: str) -> Iterator[Rule[Any]]:
    """The rules of all modules below a package, those with a leading underscore excepted."""
    for info in pkgutil.iter_modules(import_module(package).__path__, f"{package}."):
        if info.ispkg:
            yield from _rules(info.name)
        elif not info.name.rpartition(".")[2].startswith("_"):
            yield from _kept(info.name)


def _kept(module_name: str) -> tuple[Rule[Any], ...]:
    module = import_module(module_name)
    match getattr(module, "rule", None), getattr(module, "rules", None):
        case Rule() as rule, None:
            return (rule,)
        case None, tuple() as rules:
            return rules
    raise TypeError(f"module `{module_name}` has to have either a `rule` or a tuple `rules`")
