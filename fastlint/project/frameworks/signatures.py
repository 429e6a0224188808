"""What FastAPI reads from a request: the signatures of routes and of their dependencies,
and the source of each parameter.

What hides behind a decorator, a default or an annotation that nobody knows makes the
answer incomplete, and says so.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from fastlint.project.frameworks.fastapi import (
    DEPENDENCY_KEYWORD,
    Application,
    Route,
    argument_of,
)
from fastlint.project.objects import (
    NONE,
    UNKNOWN,
    ClassObject,
    Frame,
    FunctionObject,
    Instance,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    Object,
    Objects,
)
from fastlint.project.symbols import Class, Function
from fastlint.project.types import Types
from fastlint.project.values import Values
from fastlint.summaries import (
    Attribute,
    BindingKind,
    Call,
    Expression,
    Literal,
    Name,
    Parameter,
    ParameterKind,
    Sequence,
    callee_of,
)


class Source(StrEnum):
    """Where FastAPI takes the value of a parameter from."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    BODY = "body"
    FORM = "form"
    FILE = "file"
    DEPENDENCY = "dependency"
    SPECIAL = "special"
    """the request, the response, background tasks, security scopes"""
    UNKNOWN = "unknown"


_MARKERS = {
    "Path": Source.PATH,
    "Query": Source.QUERY,
    "Header": Source.HEADER,
    "Cookie": Source.COOKIE,
    "Body": Source.BODY,
    "Form": Source.FORM,
    "File": Source.FILE,
    "Depends": Source.DEPENDENCY,
    "Security": Source.DEPENDENCY,
}
"""By name: they are in `fastapi`, `fastapi.params` and `fastapi.param_functions`."""
_MARKER_MODULES = ("fastapi", "fastapi.params", "fastapi.param_functions")
_REQUESTS = (
    "starlette.requests.HTTPConnection",
    "starlette.requests.Request",
    "starlette.websockets.WebSocket",
)
_PATH_ATTRIBUTES = ("path_params", "url", "scope", "base_url")
_SPECIAL = (
    *_REQUESTS,
    "starlette.responses.Response",
    "starlette.background.BackgroundTasks",
    "fastapi.security.SecurityScopes",
)
_DEEPEST = 6
"""How many aliases, and functions that return a marker, are followed."""
_UPLOAD = "starlette.datastructures.UploadFile"
_COLLECTIONS = (
    "list", "set", "frozenset", "tuple", "dict", "Sequence", "MutableSequence", "Mapping",
    "MutableMapping", "deque", "defaultdict", "OrderedDict", "Counter",
)  # fmt: skip
_SCALARS = (
    "str", "bytes", "int", "float", "bool", "complex", "datetime", "date", "time",
    "timedelta", "UUID", "Decimal", "Path", "IPv4Address", "IPv6Address",
)  # fmt: skip
_STANDARD = frozenset(
    {*sys.stdlib_module_names, "annotated_types", "fastapi", "pydantic", "starlette"}
    | {"typing_extensions"}
)


@dataclass(frozen=True, slots=True, eq=False)
class ParameterMarker:
    """`Query(...)`, `Depends(...)`: what a declaration says of a parameter."""

    source: Source
    call: Call
    frame: Frame
    in_annotation: bool
    """In the metadata of `Annotated`; else it is the default."""
    certain: bool = True
    """Not so where a function of the project makes one of several."""

    @property
    def default(self) -> Expression | None:
        """The default that it gives, `...` left out."""
        found = argument_of(self.call, "default", 0)
        return None if isinstance(found, Literal) and found.ellipsis else found


@dataclass(frozen=True, slots=True, eq=False)
class Signature:
    """The parameters of something that FastAPI calls. `frame` is where their annotations
    and defaults are evaluated; `function` is None where a class has no `__init__`."""

    parameters: tuple[Parameter, ...]
    frame: Frame
    function: Function | None

    @property
    def fillable(self) -> tuple[Parameter, ...]:
        """The parameters that have a name in a request."""
        kinds = (ParameterKind.VARIADIC, ParameterKind.KEYWORDS)
        return tuple(item for item in self.parameters if item.kind not in kinds)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """All that a route reads: its endpoint's signature first, then those of its
    dependencies at any depth. Not `complete` where some are not known."""

    signatures: tuple[Signature, ...]
    complete: bool


class Signatures:
    """Finds the signatures that FastAPI sees, and where their parameters come from."""

    def __init__(self, types: Types, values: Values, application: Application) -> None:
        self._types = types
        self._values = values
        self._application = application
        self._readings: dict[Route, Reading] = {}
        self._markers: dict[tuple[Parameter, Frame], tuple[ParameterMarker, ...]] = {}

    # --- signatures ---

    def endpoint(self, route: Route) -> Signature | None:
        """The signature that FastAPI sees of a route's endpoint; None if it is not known."""
        return self._signature(route.endpoints[0]) if len(route.endpoints) == 1 else None

    def _signature(self, item: Object) -> Signature | None:
        match item:
            case FunctionObject(certain=True):
                return self._of_function(item)
            case ClassObject(cls=Class() as cls):
                return self._of_class(cls)
            case Instance(cls=Class()):
                called = self._types.classes.attribute(item, "__call__")
                return self._signature(called[0]) if len(called) == 1 else None
            case Instance(cls=LibraryClass() as cls) | ClassObject(cls=LibraryClass() as cls):
                if cls.name.startswith("fastapi.security."):
                    frame = self._types.module_frame(self._types.symbols.modules[0])
                    return Signature((), frame, None)
        return None

    def _of_function(self, item: FunctionObject) -> Signature | None:
        function = item.function
        frame = self._types.defining_frame(function)
        if item.closure is not None and function.owner is None:
            frame = item.closure
        wrapped = self._wrapped(function, frame)
        if wrapped is not None:
            return self._signature(wrapped[0]) if len(wrapped) == 1 else None
        if self._types.attribute_stores.get("__signature__") and function.summary.block.parent:
            return None
        skipped = 1 if item.receiver is not None else 0
        return Signature(function.summary.parameters[skipped:], frame, function)

    def _wrapped(self, function: Function, frame: Frame) -> Objects | None:
        """What `functools.wraps` says that a function stands for; None where it does not."""
        for decorator in function.summary.decorators:
            if not isinstance(decorator, Call) or not decorator.arguments:
                continue
            for callee in self._types.evaluate(decorator.callee, frame):
                if isinstance(callee, LibraryObject) and callee.name == "functools.wraps":
                    return self._types.evaluate(decorator.arguments[0].value, frame)
        return None

    def _of_class(self, cls: Class) -> Signature | None:
        classes = self._types.classes
        for base in classes.order(cls):
            if not isinstance(base, Class):
                continue
            for method in classes.methods(base):
                if method.name == "__init__":
                    frame = self._types.class_frame(base, None)
                    return Signature(method.summary.parameters[1:], frame, method)
        if classes.has_unknown_base(cls):
            return None
        fields = tuple(
            Parameter(
                binding.name,
                ParameterKind.KEYWORD_ONLY,
                binding.annotation,
                binding.value if binding.kind is BindingKind.ASSIGNED else None,
                binding.start,
                binding.end,
            )
            for base in classes.order(cls)
            if isinstance(base, Class)
            for binding in base.block.bindings
            if binding.annotation is not None
        )
        return Signature(fields, self._types.class_frame(cls, None), None)

    # --- markers and dependencies ---

    def markers(self, parameter: Parameter, frame: Frame) -> tuple[ParameterMarker, ...]:
        """What FastAPI is told of a parameter, by its annotation and by its default."""
        key = parameter, frame
        found = self._markers.get(key)
        if found is None:
            found = self._markers[key] = tuple(self._find_markers(parameter, frame))
        return found

    def _find_markers(self, parameter: Parameter, frame: Frame) -> Iterator[ParameterMarker]:
        found = [
            self.marker(item, where, in_annotation=True)
            for item, where in self._metadata(parameter.annotation, frame)
        ]
        if parameter.default is not None:
            found.append(self.marker(parameter.default, frame))
        return (item for item in found if item is not None)

    def marker(
        self, expression: Expression, frame: Frame, *, in_annotation: bool = False
    ) -> ParameterMarker | None:
        """The marker that an expression is or stands for, or that the function called there
        returns; None for anything else."""
        return self._marker(expression, frame, in_annotation, _DEEPEST)

    def _marker(
        self, expression: Expression, frame: Frame, in_annotation: bool, depth: int
    ) -> ParameterMarker | None:
        place = self._values.source(expression, frame)
        if not isinstance(place.expression, Call):
            return None
        call = place.expression
        for callee in self._types.evaluate(call.callee, place.frame):
            source = _source_of_marker(callee)
            if source is not None:
                return ParameterMarker(source, call, place.frame, in_annotation)
            returned = list(self._returned(callee)) if depth else []
            for value, where in returned:
                made = self._marker(value, where, in_annotation, depth - 1)
                if made is not None:
                    return replace(made, certain=made.certain and len(returned) == 1)
        return None

    def _returned(self, callee: Object) -> Iterator[tuple[Expression, Frame]]:
        """What a function of the project returns, which may make markers for others."""
        if isinstance(callee, FunctionObject):
            frame = self._types.generic_frame(callee.function)
            for item in callee.function.block.returns:
                if item.value is not None:
                    yield item.value, frame

    def _metadata(
        self, annotation: Expression | None, frame: Frame, depth: int = _DEEPEST
    ) -> Iterator[tuple[Expression, Frame]]:
        """The metadata of an annotation, or of one that a function called there makes."""
        if annotation is None or not depth:
            return
        place = self._values.source(annotation, frame)
        if isinstance(place.expression, Call):
            for function in self._types.evaluate(place.expression.callee, place.frame):
                for value, where in self._returned(function):
                    yield from self._metadata(value, where, depth - 1)
        else:
            yield from self._types.annotations.metadata(annotation, frame)

    def is_known(self, parameter: Parameter, frame: Frame) -> bool:
        """Whether nothing that nobody knows says where a parameter comes from."""
        annotation = parameter.annotation
        said = [(annotation, frame), (parameter.default, frame)]
        said += self._metadata(annotation, frame)
        if any(self._is_foreign(item, where) for item, where in said if item is not None):
            return False
        match annotation:
            case Name() | Attribute():
                found = self._types.evaluate(annotation, frame)
                return bool(found) and all(map(_is_standard, found))
        return True

    def _is_foreign(self, expression: Expression, frame: Frame) -> bool:
        """Whether an expression is the result of a call that nobody knows."""
        place = self._values.source(expression, frame)
        if not isinstance(place.expression, Call):
            return False
        callees = self._types.evaluate(place.expression.callee, place.frame)
        if any(isinstance(callee, FunctionObject) for callee in callees):
            return UNKNOWN in self._types.evaluate(place.expression, place.frame)
        return not callees or not all(map(_is_standard, callees))

    def reading(self, route: Route) -> Reading:
        """The signatures of a route and of all that it depends on."""
        found = self._readings.get(route)
        if found is None:
            found = self._readings[route] = self._read(route)
        return found

    def _read(self, route: Route) -> Reading:
        signatures: dict[tuple[Parameter, ...] | Function, Signature] = {}
        endpoint = self.endpoint(route)
        complete = endpoint is not None
        if endpoint is not None:
            complete &= self._collect(endpoint, signatures)
        settings = self._application.settings(route, DEPENDENCY_KEYWORD, DEPENDENCY_KEYWORD)
        for value, frame in settings:
            items = value.items if isinstance(value, Sequence) else (None,)
            for item in items:
                complete &= item is not None and self._collect_listed(item, frame, signatures)
        return Reading(tuple(signatures.values()), complete)

    def _collect_listed(
        self,
        item: Expression,
        frame: Frame,
        into: dict[tuple[Parameter, ...] | Function, Signature],
    ) -> bool:
        marker = self.marker(item, frame)
        return marker is not None and self._collect_dependency(marker, None, frame, into)

    def _collect(
        self, signature: Signature, into: dict[tuple[Parameter, ...] | Function, Signature]
    ) -> bool:
        """Adds a signature and those below it; False where some are not known."""
        key = signature.function or signature.parameters
        if key in into:
            return True
        into[key] = signature
        complete = True
        for parameter in signature.fillable:
            markers = list(self.markers(parameter, signature.frame))
            complete &= bool(markers) or self.is_known(parameter, signature.frame)
            for marker in markers:
                if marker.source is Source.DEPENDENCY:
                    complete &= self._collect_dependency(
                        marker, parameter.annotation, signature.frame, into
                    )
        return complete

    def _collect_dependency(
        self,
        marker: ParameterMarker,
        annotation: Expression | None,
        frame: Frame,
        into: dict[tuple[Parameter, ...] | Function, Signature],
    ) -> bool:
        if not marker.certain:
            return False
        callables = self._application.targets(marker.call, marker.frame, annotation, frame)
        signatures = [self._signature(item) for item in callables]
        known = [item for item in signatures if item is not None]
        below = [self._collect(item, into) for item in known]
        return len(known) == len(signatures) == 1 and all(below)

    @cached_property
    def of_functions(self) -> tuple[Signature, ...]:
        """The signatures of the functions that FastAPI calls for any route, each once."""
        found = {
            signature.function: signature
            for route in self._application.routes
            for signature in self.reading(route).signatures
            if signature.function is not None
        }
        return tuple(found.values())

    # --- sources ---

    def source(self, parameter: Parameter, frame: Frame, path_names: frozenset[str]) -> Source:
        """Where a parameter comes from, in a route whose path has these parameters."""
        for marker in self.markers(parameter, frame):
            return marker.source
        if not self.is_known(parameter, frame):
            return Source.UNKNOWN
        annotated = self._source_by_type(parameter, frame)
        if annotated is Source.SPECIAL:
            return annotated
        return Source.PATH if parameter.name in path_names else annotated

    def _source_by_type(self, parameter: Parameter, frame: Frame) -> Source:
        if parameter.annotation is None:
            return Source.QUERY
        found = [
            self._source_of(item)
            for item in self._types.annotations.declared(parameter.annotation, frame)
            if item is not NONE
        ]
        for source in (Source.UNKNOWN, Source.SPECIAL, Source.FILE, Source.BODY, Source.QUERY):
            if source in found:
                return source
        return Source.UNKNOWN

    def _source_of(self, item: Object) -> Source:
        if item is UNKNOWN or not isinstance(item, Instance):
            return Source.UNKNOWN
        classes = self._types.classes
        if classes.derives_from(item.cls, *_SPECIAL):
            return Source.SPECIAL
        if classes.derives_from(item.cls, _UPLOAD):
            return Source.FILE
        if isinstance(item.cls, LibraryClass):
            name = item.cls.name.rpartition(".")[2]
            if name in _COLLECTIONS:
                uploads = any(self._source_of(one) is Source.FILE for one in _items(item))
                return Source.FILE if uploads else Source.BODY
            return Source.QUERY if name in _SCALARS else Source.UNKNOWN
        if self.is_object(item.cls):
            return Source.BODY
        return Source.QUERY if classes.derives_from(item.cls, "enum.Enum") else Source.UNKNOWN

    def is_object(self, cls: Class) -> bool:
        """Whether a class is a model or a data class, which comes as a JSON object."""
        if any(
            isinstance(base, LibraryClass) and base.entry is not None and base.entry.model
            for base in self._types.classes.order(cls)
        ):
            return True
        frame = self._types.defining_frame(cls)
        for decorator in cls.summary.decorators:
            callee = callee_of(decorator)
            for item in self._types.evaluate(callee, frame):
                if isinstance(item, LibraryObject) and item.name.endswith("dataclass"):
                    return True
        return False

    def name_in_request(self, parameter: Parameter, frame: Frame) -> str | None:
        """The name of a parameter in the request, which an alias may change; None where
        the alias is not known."""
        for marker in self.markers(parameter, frame):
            for keyword in ("validation_alias", "alias"):
                alias = argument_of(marker.call, keyword)
                if alias is not None:
                    return self._values.text(alias, marker.frame)
        return parameter.name

    def asks_request(self, signature: Signature) -> bool:
        """Whether a function may read its path from the request itself."""
        function = signature.function
        names = frozenset(
            parameter.name
            for parameter in signature.fillable
            if parameter.annotation is not None
            and any(
                isinstance(item, Instance)
                and self._types.classes.derives_from(item.cls, *_REQUESTS)
                for item in self._types.annotations.declared(parameter.annotation, signature.frame)
            )
        )
        if function is None or not names:
            return False
        frame = self._types.generic_frame(function)
        return (
            any(_takes_path(item.receiver, names) for item in function.block.implicit)
            or any(self._hands_on(call, names, frame) for call in function.block.calls)
            or any(map(function.captures, names))
        )

    def _hands_on(self, call: Call, names: frozenset[str], frame: Frame) -> bool:
        """Whether the request is given to code that may read its path."""
        if not any(_is_name(argument.value, names) for argument in call.arguments):
            return isinstance(call.callee, Attribute) and _takes_path(call.callee, names)
        callees = self._types.evaluate(call.callee, frame)
        return not callees or not all(
            isinstance(item, (LibraryMethod, LibraryObject))
            or (isinstance(item, ClassObject) and isinstance(item.cls, LibraryClass))
            for item in callees
        )


def _items(item: Instance) -> Iterator[Object]:
    return (one for group in item.arguments for one in group)


def _takes_path(expression: Expression, names: frozenset[str]) -> bool:
    """Whether it is an attribute of the request that tells the path."""
    match expression:
        case Attribute(value=value, name=name):
            return (name in _PATH_ATTRIBUTES and _is_name(value, names)) or _takes_path(
                value, names
            )
    return False


def _is_name(expression: Expression, names: frozenset[str]) -> bool:
    return isinstance(expression, Name) and expression.id in names


def _source_of_marker(callee: Object) -> Source | None:
    match callee:
        case LibraryObject(name=name) | ClassObject(cls=LibraryClass(name=name)):
            module, _, last = name.rpartition(".")
            return _MARKERS.get(last) if module in _MARKER_MODULES else None
    return None


def _is_standard(item: Object) -> bool:
    """Whether an object is of the project, or of a library whose meaning is known."""
    match item:
        case LibraryObject(name=name) | ClassObject(cls=LibraryClass(name=name)):
            return name.partition(".")[0] in _STANDARD
    return item is not UNKNOWN
