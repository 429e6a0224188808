"""Names in the body of a model that have no annotation."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.pydantic import CONFIG_CLASS, FIELDS, MODEL_CONFIG, own_bindings
from fastlint.project.objects import (
    NONE,
    ClassObject,
    Frame,
    Instance,
    LibraryClass,
    Object,
    TextObject,
)
from fastlint.project.symbols import Class
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Binding, BindingKind, Call

rule = Rule(__name__)

_RESERVED = (CONFIG_CLASS, MODEL_CONFIG)
_TYPES = {
    "builtins.bool": "bool",
    "builtins.bytes": "bytes",
    "builtins.float": "float",
    "builtins.int": "int",
    "builtins.str": "str",
}


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Values that Pydantic is known not to leave alone, as it does functions and properties."""
    for cls in project.pydantic.models:
        if _takes_other_types(cls, project):
            continue
        frame = project.types.class_frame(cls, None)
        for binding in own_bindings(cls):
            if not _is_unannotated(binding) or _is_class_variable(cls, binding.name, project):
                continue
            if _is_refused(binding, frame, project):
                yield project.finding(
                    cls.module,
                    binding.start,
                    binding.end,
                    f"`{binding.name}` has no annotation, which raises in Pydantic 2",
                    help=_help(binding, frame, project),
                    symbol=cls.qualname,
                )


def _takes_other_types(cls: Class, project: Project[NoOptions]) -> bool:
    configuration = project.pydantic.configuration(cls)
    return not configuration.complete or configuration.get("ignored_types") is not None


def _is_unannotated(binding: Binding) -> bool:
    return (
        binding.kind is BindingKind.ASSIGNED
        and binding.annotation is None
        and not binding.name.startswith("_")
        and binding.name not in _RESERVED
    )


def _is_class_variable(cls: Class, name: str, project: Project[NoOptions]) -> bool:
    """Whether a base class says that the name is no field."""
    return any(
        isinstance(base, Class) and project.pydantic.is_class_variable(base, name)
        for base in project.types.classes.order(cls)[1:]
    )


def _is_refused(binding: Binding, frame: Frame, project: Project[NoOptions]) -> bool:
    value = binding.value
    if isinstance(value, Call) and (project.pydantic.library_name(value.callee, frame) in FIELDS):
        return True
    objects = project.types.evaluate(value, frame)
    return bool(objects) and all(map(_is_plain_value, objects))


def _is_plain_value(item: Object) -> bool:
    match item:
        case TextObject() | ClassObject():
            return True
        case Instance(cls=LibraryClass(name=name)):
            return name.startswith(("builtins.", "datetime.", "decimal.", "enum.", "uuid."))
        case Instance():
            return True
    return item is NONE


def _help(binding: Binding, frame: Frame, project: Project[NoOptions]) -> str:
    constant = "or `ClassVar` where it is no field"
    match project.types.evaluate(binding.value, frame):
        case (TextObject(),):
            return f"write `{binding.name}: str = ...`, {constant}"
        case (Instance(cls=LibraryClass(name=name)),) if name in _TYPES:
            return f"write `{binding.name}: {_TYPES[name]} = ...`, {constant}"
    return f"annotate it with its type, {constant}"
