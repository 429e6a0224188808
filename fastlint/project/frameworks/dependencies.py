"""Which functions FastAPI calls as dependencies, and who asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fastlint.catalogues import Form
from fastlint.project.frameworks.fastapi import DEPENDENCY_KEYWORD, Application, argument_of
from fastlint.project.invocation import Activation
from fastlint.project.objects import (
    ClassObject,
    Frame,
    FunctionObject,
    Instance,
    LibraryObject,
    Object,
    Objects,
)
from fastlint.project.passing import left_out
from fastlint.project.sites import CallSite, Sites
from fastlint.project.symbols import Class, Function
from fastlint.project.types import Types
from fastlint.project.values import Constant, Values
from fastlint.project.versions import Versions
from fastlint.summaries import Attribute, Call, Expression, Parameter, Sequence

CLEANUP = frozenset(
    {"aclose", "close", "close_all", "disconnect", "dispose", "quit", "release", "shutdown"}
)
"""Methods that give back what an object holds."""

_MARKERS = ("Body", "Cookie", "Depends", "File", "Form", "Header", "Path", "Query", "Security")


@dataclass(frozen=True, slots=True, eq=False)
class Injection:
    """A `Depends(...)` or `Security(...)`; `targets` are the callables that it names."""

    call: Call
    frame: Frame
    targets: Objects
    parameter: Parameter | None
    """The parameter that it stands at, unless it is in a list or an alias."""


@dataclass(frozen=True, slots=True, eq=False)
class Unfilled:
    """The first parameter that somebody reads of those that a call leaves out, and the
    `Depends`, `Query`, ... that it then is."""

    site: CallSite
    function: Function
    name: str
    marker: str


class Dependencies:
    """The dependencies of a project."""

    def __init__(
        self, application: Application, types: Types, sites: Sites, values: Values
    ) -> None:
        self._application = application
        self._sites = sites
        self._types = types
        self._values = values

    @cached_property
    def injections(self) -> tuple[Injection, ...]:
        """Every `Depends(...)`, wherever it stands."""
        found = {item.call: item for item in self._at_parameters()}
        for call, frame, _ in self._sites.resulting(Form.INJECTED):
            if call not in found and self._types.invocations.is_injection(call, frame):
                targets = self._types.invocations.dependencies(call, frame) or ()
                found[call] = Injection(call, frame, targets, None)
        return tuple(found.values())

    def _at_parameters(self) -> Iterator[Injection]:
        for function in self._types.symbols.functions():
            frame = self._types.defining_frame(function)
            for parameter in function.summary.parameters:
                for call, where in self._application.markers(parameter, frame):
                    if self._types.invocations.is_injection(call, where):
                        targets = self._application.targets(
                            call, where, parameter.annotation, frame
                        )
                        yield Injection(call, where, targets, parameter)

    @cached_property
    def users(self) -> dict[Function, tuple[Injection, ...]]:
        """The functions that FastAPI calls as dependencies, by who asks for each; for a class,
        its constructor."""
        found: dict[Function, tuple[Injection, ...]] = {}
        for injection in self.injections:
            for target in injection.targets:
                for function in self._called(target):
                    found[function] = (*found.get(function, ()), injection)
        return found

    def _called(self, target: Object) -> Iterator[Function]:
        match target:
            case FunctionObject(function=function):
                yield function
            case ClassObject() | Instance():
                nothing = self._types.invocations.given()
                for reached in self._types.invocations.reached(target, nothing):
                    if isinstance(reached, Activation) and reached.frame.function is not None:
                        yield reached.frame.function

    def unfilled(self) -> Iterator[Unfilled]:
        """What calls leave to FastAPI, which fills it in for its own calls alone."""
        for function in self._types.symbols.functions():
            markers = {
                parameter.name: marker
                for parameter in function.summary.parameters
                if (marker := default_marker(parameter, function, self._types)) is not None
            }
            for site, skipped in self._calls_of(function) if markers else ():
                for parameter in left_out(site.call, function.summary.parameters[skipped:]):
                    # Some parameters only stand in the documentation.
                    if parameter.name in markers and function.reads(parameter.name):
                        yield Unfilled(site, function, parameter.name, markers[parameter.name])
                        break

    def _calls_of(self, function: Function) -> Iterator[tuple[CallSite, int]]:
        """The calls that surely run a function, a constructor too, and how many of its first
        parameters they do not give."""
        for site in self._sites.of_function(function):
            match site.callees:
                case (FunctionObject(receiver=receiver, certain=True),):
                    yield site, 0 if receiver is None else 1
        owner = function.owner
        if owner is None or function.name != "__init__":
            return
        for site in self._sites.of_classes(lambda cls: owner in self._types.classes.order(cls)):
            match site.callees:
                case (ClassObject(cls=Class() as cls),):
                    made = self._types.instance(cls, exact=True)
                    match self._types.classes.attribute(made, "__init__"):
                        case (FunctionObject(function=found),) if found is function:
                            yield site, 1

    @cached_property
    def endpoints(self) -> dict[Function, Frame]:
        """The functions that FastAPI calls for a request, whose parameters it fills: those of
        routes and of dependencies, each with the frame that it is defined in."""
        routed = (
            item.function
            for route in self._application.routes
            for item in route.endpoints
            if isinstance(item, FunctionObject)
        )
        return {item: self._types.defining_frame(item) for item in (*routed, *self.users)}

    def listed(self) -> Iterator[tuple[Expression, Frame]]:
        """Every item of a `dependencies=[...]`."""
        declared = ((item.call, item.frame) for item in self._application.declarations)
        created = ((item.call, item.frame) for item in self._application.creations)
        for call, frame in (*declared, *created):
            given = argument_of(call, DEPENDENCY_KEYWORD)
            if isinstance(given, Sequence):
                yield from ((item, frame) for item in given.items)

    def scope(self, injection: Injection) -> str | None:
        """Its `scope`: `function` or `request`; None where it is left out or not known."""
        given = argument_of(injection.call, "scope")
        match given and self._values.constant(given, injection.frame):
            case Constant(value=str() as text):
                return text
        return None

    def closed_early(self, function: Function, versions: Versions) -> frozenset[str]:
        """The parameters of a route that hold what a dependency closes before the response
        is sent, and before background tasks run."""
        all_closed = ends_before_response(versions)
        return frozenset(
            name
            for name, injection in self._closing(function)
            if all_closed or self.scope(injection) == "function"
        )

    def closed(self, function: Function) -> frozenset[str]:
        """The parameters of a route that hold what a dependency closes at the end."""
        return frozenset(name for name, _ in self._closing(function))

    def _closing(self, function: Function) -> Iterator[tuple[str, Injection]]:
        frame = self._types.defining_frame(function)
        for parameter in function.summary.parameters:
            for call, _ in self._application.markers(parameter, frame):
                for injection in self._of_call.get(call, ()):
                    if any(map(_closes, injection.targets)):
                        yield parameter.name, injection

    @cached_property
    def _of_call(self) -> dict[Call, list[Injection]]:
        found: dict[Call, list[Injection]] = {}
        for injection in self.injections:
            found.setdefault(injection.call, []).append(injection)
        return found


def ends_before_response(versions: Versions) -> bool:
    """Whether what a request holds, its uploads too, is closed before the response is sent."""
    return versions.at_least("fastapi", "0.106.0") and versions.below("fastapi", "0.118.0")


def _closes(target: Object) -> bool:
    """Whether a dependency closes what it yields: in a `with` around the `yield`, or behind."""
    if not isinstance(target, FunctionObject) or not target.function.is_generator:
        return False
    block = target.function.block
    last = max((item.end for item in block.yields), default=0)
    return any(
        item.start <= one.start < item.end for item in block.withs for one in block.yields
    ) or any(
        call.start > last and isinstance(call.callee, Attribute) and call.callee.name in CLEANUP
        for call in block.calls
    )


def default_marker(parameter: Parameter, function: Function, types: Types) -> str | None:
    """Which of `Depends`, `Query`, ... a parameter has for a default."""
    if not isinstance(parameter.default, Call):
        return None
    frame = types.defining_frame(function)
    match types.evaluate(parameter.default.callee, frame):
        case (LibraryObject(name=name),) if name.startswith("fastapi."):
            last = name.rpartition(".")[2]
            return last if last in _MARKERS else None
    return None
