"""Generic models of Pydantic 1."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.objects import LibraryClass
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)

_GENERIC_MODEL = "pydantic.generics.GenericModel"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """The classes that derive from `GenericModel` themselves."""
    for cls in project.pydantic.models:
        bases = (base.cls for base in project.types.classes.bases(cls))
        if any(isinstance(base, LibraryClass) and base.name == _GENERIC_MODEL for base in bases):
            yield project.finding(
                cls.module,
                cls.summary.name_start,
                cls.summary.name_end,
                f"`{cls.name}` derives from `GenericModel`, which is deprecated in Pydantic 2",
                help=f"write `class {cls.name}(BaseModel, Generic[T])`",
                symbol=cls.qualname,
            )
