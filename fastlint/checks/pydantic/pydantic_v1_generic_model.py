"""Generic models of Pydantic 1."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.objects import ClassObject, LibraryClass, Object
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)

_GENERIC_MODEL = "pydantic.generics.GenericModel"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """The classes that derive from `GenericModel` themselves."""
    for cls in project.pydantic.models:
        frame = project.types.defining_frame(cls)
        for base in cls.summary.bases:
            if not any(map(_is_generic_model, project.types.evaluate(base, frame))):
                continue
            place = cls.summary.name_start, cls.summary.name_end
            yield project.finding(
                cls.module,
                *(cls.module.place(base) or place),
                f"`{cls.name}` derives from `GenericModel`, which is deprecated in Pydantic 2",
                help=f"write `class {cls.name}(BaseModel, Generic[T])`",
                symbol=cls.qualname,
            )


def _is_generic_model(item: Object) -> bool:
    match item:
        case ClassObject(cls=LibraryClass(name=name)):
            return name == _GENERIC_MODEL
    return False
