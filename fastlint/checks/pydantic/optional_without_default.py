"""Fields that may be None and have no default, which Pydantic 2 requires."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.pydantic import ModelField
from fastlint.project.objects import NONE, Frame
from fastlint.project.symbols import Class
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Literal

rule = Rule(__name__)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Code that is written for Pydantic 2 means what it says."""
    for cls in project.pydantic.models:
        if project.pydantic.is_written_for_2(cls.module) or _is_table(cls):
            continue
        frame = project.types.class_frame(cls, None)
        for field in project.pydantic.fields(cls):
            if field.has_default or not _may_be_none(field, frame, project):
                continue
            yield project.finding(
                cls.module,
                field.start,
                field.end,
                f"`{field.name}` may be None, and is required in Pydantic 2",
                help="write `= None` behind it, or `= ...` where it has to be given",
                symbol=cls.qualname,
            )


def _may_be_none(field: ModelField, frame: Frame, project: Project[NoOptions]) -> bool:
    declared = project.types.declared(field.annotation, frame)
    if NONE in declared and len(declared) > 1:
        return True
    return project.pydantic.library_name(field.annotation, frame) == "typing.Any"


def _is_table(cls: Class) -> bool:
    """Whether it is a table of SQLModel's, which validates nothing."""
    return any(
        name == "table" and isinstance(value, Literal) and value.value is True
        for name, value in cls.summary.keywords
    )
