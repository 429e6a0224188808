"""The `Rule` value: what a check registers with, and how checks are found.

A check lives in `fastlint/checks/<category>/<name>.py`, is named after its page, and says

    rule = Rule(__name__)

    @rule.on_project
    def check(project: Project[NoOptions]) -> Iterator[Finding]: ...

A page whose card names an `effect` needs no module: `fastlint.checks.reached_effect`
keeps all of those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from fastlint.diagnostics import Finding

if TYPE_CHECKING:
    import libcst as cst

    from fastlint.extraction.module import Module
    from fastlint.project import Project


class Options(BaseModel):
    """Base of the options of a rule: `[tool.fastlint.rules.<name>]`."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoOptions(Options):
    """A rule without options."""


OptionsT = TypeVar("OptionsT", bound=Options)
NodeT = TypeVar("NodeT", bound="cst.CSTNode")


class Rule(Generic[OptionsT]):
    """One rule's checks. `module_name` is the `__name__` of its module; the last part,
    with hyphens, is the rule's name. Holds no state besides what is registered."""

    def __init__(self, module_name: str, options: type[OptionsT] | None = None) -> None:
        self.name = module_name.rpartition(".")[2].replace("_", "-")
        self.options: type[Options] = options or NoOptions
        self.node_checks: list[tuple[type[cst.CSTNode], Callable[[Any, Any], Iterator[Finding]]]] = []
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
