"""Parameters that are read from another part of the request than the route suggests."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import Route
from fastlint.project.frameworks.routing import path_names
from fastlint.project.frameworks.signatures import Signature, Source
from fastlint.project.objects import Instance, LibraryClass, Object, Objects
from fastlint.project.symbols import Class
from fastlint.project.wording import written
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Parameter, ParameterKind, callee_of

rule = Rule(__name__)

_WITHOUT_BODY = {"GET", "HEAD"}
_DICTS = ("dict", "defaultdict", "OrderedDict", "Mapping", "MutableMapping")
_LISTS = ("list", "set", "frozenset", "tuple", "Sequence")
_UNNAMED = (ParameterKind.VARIADIC, ParameterKind.KEYWORDS)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """One finding a parameter, whatever number of routes it is read for."""
    seen: set[Parameter] = set()
    for route in project.application.routes:
        if route.is_websocket or route.declaration.name in ("route", "add_route"):
            continue
        for parameter, signature, message, cure in _faults(route, project):
            if parameter in seen or signature.function is None:
                continue
            seen.add(parameter)
            yield project.finding(
                signature.function.module,
                parameter.start,
                parameter.end,
                message,
                help=cure,
                symbol=signature.function.qualname,
            )


def _faults(
    route: Route, project: Project[NoOptions]
) -> Iterator[tuple[Parameter, Signature, str, str]]:
    methods = project.routing.methods(route)
    bodiless = bool(methods) and set(methods) <= _WITHOUT_BODY
    names = path_names(route.path)
    signatures = project.signatures.reading(route).signatures
    sources = {
        parameter: project.signatures.source(parameter, signature.frame, names)
        for signature in signatures
        for parameter in signature.fillable
    }
    has_form = bool({Source.FORM, Source.FILE} & set(sources.values()))
    for signature in signatures:
        for parameter in signature.parameters:
            if parameter.kind in _UNNAMED:
                if _is_plain(route, signature) and not _is_wrapper(route, signature, signatures):
                    message = f"`{parameter.name}` is a required query parameter of this name"
                    yield parameter, signature, message, "name the parameters, or take `Request`"
            elif sources[parameter] is not Source.BODY:
                continue
            elif bodiless and not _is_marked(parameter, signature, project):
                yield parameter, signature, *_without_body(parameter, signature, methods, project)
            elif has_form and _is_json(parameter, signature, project):
                message = f"`{parameter.name}` is read as JSON, which a form cannot carry"
                cure = "declare it with `Form()`, or take its fields one by one"
                yield parameter, signature, message, cure


def _is_plain(route: Route, signature: Signature) -> bool:
    """Whether a function is asked for its parameters as it is written."""
    function = signature.function
    if function is None or (function.summary.decorators and function is not route.function):
        return False
    return not isinstance(function.parent, Class)


def _is_wrapper(route: Route, signature: Signature, all_read: tuple[Signature, ...]) -> bool:
    """Whether a decorator has put a function in the place of the route's own."""
    own = route.declaration.decorated
    return own is not None and signature is all_read[0] and signature.function is not own


def _is_marked(parameter: Parameter, signature: Signature, project: Project[NoOptions]) -> bool:
    """Whether `Body()` says that the body is meant."""
    return any(True for _ in project.signatures.markers(parameter, signature.frame))


def _without_body(
    parameter: Parameter,
    signature: Signature,
    methods: tuple[str, ...],
    project: Project[NoOptions],
) -> tuple[str, str]:
    assert parameter.annotation is not None
    name, kind = parameter.name, written(parameter.annotation)
    message = f"`{name}` is read from the body, which a {methods[0]} request does not have"
    objects = project.types.annotations.declared(parameter.annotation, signature.frame)
    if _has_dict(objects):
        return message, "declare its entries as single parameters"
    if not _has_model(objects, project):
        return message, f"write `{name}: Annotated[..., Query()]`"
    if project.versions.at_least("fastapi", "0.115.0"):
        return message, f"write `{name}: Annotated[{kind or '...'}, Query()]`, or `Depends()`"
    return message, f"write `{name}: Annotated[{kind or '...'}, Depends()]`"


def _is_json(parameter: Parameter, signature: Signature, project: Project[NoOptions]) -> bool:
    """Whether a parameter of the body is an object that no validator reads from a text."""
    if parameter.annotation is None:
        return False
    objects = project.types.annotations.declared(parameter.annotation, signature.frame)
    items = project.types.items(tuple(filter(_is_list, objects)))
    return any(
        (_has_dict(found) or _has_model(found, project))
        and not any(_reads_text(item.cls) for item in found if isinstance(item, Instance))
        for found in (objects, items)
    )


def _is_list(item: Object) -> bool:
    return (
        isinstance(item, Instance)
        and isinstance(item.cls, LibraryClass)
        and item.cls.name.rpartition(".")[2] in _LISTS
    )


def _has_dict(objects: Objects) -> bool:
    return any(
        isinstance(item, Instance)
        and isinstance(item.cls, LibraryClass)
        and item.cls.name.rpartition(".")[2] in _DICTS
        for item in objects
    )


def _has_model(objects: Objects, project: Project[NoOptions]) -> bool:
    return any(
        isinstance(item, Instance)
        and isinstance(item.cls, Class)
        and project.signatures.is_object(item.cls)
        for item in objects
    )


def _reads_text(cls: object) -> bool:
    """Whether a model has a validator of the whole, which may take JSON in a text."""
    if not isinstance(cls, Class):
        return False
    decorators = (
        callee_of(decorator)
        for function in cls.module.functions.values()
        if function.parent is cls
        for decorator in function.summary.decorators
    )
    names = {(written(item) or "").rpartition(".")[2] for item in decorators}
    return "__get_validators__" in cls.block.exit or bool(
        names & {"model_validator", "root_validator"}
    )
