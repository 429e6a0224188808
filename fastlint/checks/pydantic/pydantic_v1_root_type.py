"""Models whose data is one value: `__root__`."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Confidence, Finding
from fastlint.project import Project
from fastlint.project.frameworks.pydantic import ROOT, own_bindings
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """The field in the body of a model, and what reads it."""
    for cls in project.pydantic.models:
        for binding in own_bindings(cls):
            if binding.name == ROOT:
                yield project.finding(
                    cls.module,
                    binding.start,
                    binding.end,
                    "`__root__` raises in Pydantic 2: derive the model from `RootModel`",
                    help=f"write `class {cls.name}(RootModel[...])` without a field of its own, "
                    "and read its value as `.root`",
                    symbol=cls.qualname,
                )
    for access in project.pydantic.accesses({ROOT: None}):
        yield project.finding(
            access.frame.module,
            access.attribute.start,
            access.attribute.end,
            "`__root__` does not exist in Pydantic 2: write `root`",
            help="derive the model from `RootModel`, and read `.root`",
            confidence=Confidence.HIGH if access.certain else Confidence.MEDIUM,
            symbol=access.frame.block.qualname,
        )
