"""Response models that repeat the return annotation."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.objects import UNKNOWN, ClassObject, Instance, LibraryClass, Objects
from fastlint.project.symbols import Class
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)

_KEYWORD = "response_model="
_CONTAINERS = ("dict", "frozenset", "list", "set", "tuple", "Iterable", "Mapping", "Sequence")


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Compares the types that both come to, not their wording."""
    for route in project.application.routes:
        declaration = route.declaration
        given = declaration.argument("response_model")
        signature = project.signatures.endpoint(route)
        if given is None or signature is None or signature.function is None:
            continue
        annotation = signature.function.summary.returns
        if annotation is None:
            continue
        model = project.types.annotations.declared(given, declaration.frame)
        returned = project.types.annotations.declared(annotation, signature.frame)
        if set(model) != set(returned):
            continue
        named = project.types.evaluate(given, declaration.frame)
        is_same_class = _is_class(named) and named == project.types.evaluate(
            annotation, signature.frame
        )
        if not is_same_class and not _is_told_apart(model):
            continue
        name = written(given)
        start = getattr(given, "start", declaration.call.start + len(_KEYWORD)) - len(_KEYWORD)
        yield project.finding(
            declaration.module,
            start,
            getattr(given, "end", declaration.call.end),
            f"`{_KEYWORD}{name}` repeats the return annotation"
            if name
            else "`response_model` repeats the return annotation",
            help="leave `response_model` out",
            symbol=signature.function.qualname,
        )


def _is_class(objects: Objects) -> bool:
    """Whether a type is the plain name of one class, such as `str`."""
    return len(objects) == 1 and isinstance(objects[0], ClassObject)


def _is_told_apart(objects: Objects) -> bool:
    """Whether a type is made of classes of the project, which are equal only to themselves."""
    known = [item for item in objects if isinstance(item, Instance)]
    return (
        UNKNOWN not in objects
        and bool(known)
        and all(isinstance(item.cls, Class) or _is_container(item) for item in known)
    )


def _is_container(item: Instance) -> bool:
    """Whether it holds classes of the project; only strings may be keys."""
    if not isinstance(item.cls, LibraryClass) or not item.arguments:
        return False
    if item.cls.name.rpartition(".")[2] not in _CONTAINERS:
        return False
    *keys, values = item.arguments
    return _is_told_apart(values) and all(
        isinstance(one, Instance) and isinstance(one.cls, LibraryClass)
        for group in keys
        for one in group
    )
