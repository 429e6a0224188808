"""Whether an object can be called."""

from __future__ import annotations

from fastlint.project.objects import (
    NONE,
    Coroutine,
    GeneratorContext,
    GeneratorObject,
    Instance,
    LibraryClass,
    Object,
    Objects,
    TextObject,
)
from fastlint.project.symbols import Class
from fastlint.project.types import Types

_PLAIN = frozenset(
    f"builtins.{name}"
    for name in (
        "bool",
        "bytes",
        "dict",
        "float",
        "frozenset",
        "int",
        "list",
        "set",
        "str",
        "tuple",
    )
)


def is_never_callable(objects: Objects, types: Types) -> bool:
    """Whether none of these can be called, as far as all of them are known."""
    return bool(objects) and all(_is_not_callable(item, types) for item in objects)


def _is_not_callable(item: Object, types: Types) -> bool:
    match item:
        case Coroutine() | GeneratorObject() | GeneratorContext() | TextObject():
            return True
        case Instance(cls=LibraryClass(name=name)):
            return name in _PLAIN
        case Instance(cls=Class() as cls):
            return not types.classes.has_unknown_base(cls) and not any(
                types.classes.attribute(other, "__call__")
                for other in (item, *_instances_below(cls, types))
            )
    return item is NONE


def _instances_below(cls: Class, types: Types) -> list[Instance]:
    return [types.instance(below, exact=True) for below in types.classes.subclasses(cls)]
