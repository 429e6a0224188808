"""The calls of the project, by what they call: for those who look for a few of them.

Every call is seen in the generic frame of its block, once for all who ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple, TypeVar

from fastlint.catalogues import Behaviour, DerivedType, Form
from fastlint.project.invocation import LibraryCall
from fastlint.project.objects import (
    ANYTHING,
    AnyClass,
    ClassObject,
    Frame,
    FunctionObject,
    Instance,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    Object,
    Objects,
    PartialObject,
)
from fastlint.project.symbols import Function
from fastlint.project.types import Types
from fastlint.summaries import Attribute, Call, Expression, Usage

Key = TypeVar("Key")


class CallSite(NamedTuple):
    """A call, and what it may call."""

    call: Call
    frame: Frame
    callees: Objects


class Sites:
    """Finds calls, in the order of files and text."""

    def __init__(self, types: Types) -> None:
        self._types = types

    @cached_property
    def all(self) -> tuple[CallSite, ...]:
        """Every call of something that is known."""
        evaluate = self._types.evaluate
        return tuple(
            CallSite(call, frame, callees)
            for frame in self._types.generic_frames()
            for call in frame.block.calls
            if (callees := evaluate(call.callee, frame)) and callees != ANYTHING
        )

    def of(self, *names: str) -> Iterator[CallSite]:
        """The calls of functions, methods and classes of libraries, by canonical names."""
        return self._at(place for name in names for place in self._by_name.get(name, ()))

    def of_function(self, function: Function) -> Iterator[CallSite]:
        """The calls of a function of the project."""
        return self._at(self._by_function.get(function, ()))

    def making(self, *names: str) -> Iterator[CallSite]:
        """The calls of these classes of libraries, and of those of the project below them."""
        derives = self._types.classes.derives_from
        return self.of_classes(lambda cls: derives(cls, *names))

    def of_classes(self, wanted: Callable[[AnyClass], bool]) -> Iterator[CallSite]:
        """The calls of classes that are wanted."""
        return self._at(
            place for cls, places in self._by_class.items() if wanted(cls) for place in places
        )

    def methods(self, *names: str) -> Iterator[tuple[Call, Frame, Expression]]:
        """The calls `x.name(...)` with one of these names, and the `x`, whatever it is."""
        for name in names:
            for call, frame in self._types.call_sites.get(name, ()):
                if isinstance(call.callee, Attribute):
                    yield call, frame, call.callee.value

    def taking(self, field: str) -> Iterator[tuple[CallSite, LibraryCall]]:
        """The calls of library callables that take what the catalogues list in this field of
        a behaviour: `awaits`, `secrets`."""
        invocations = self._types.invocations
        for site in self._at(self._by_field.get(field, ())):
            arguments = invocations.arguments(site.call, site.frame)
            for callee in site.callees:
                for item in invocations.reached(callee, arguments):
                    if isinstance(item, LibraryCall) and item.behaviour.arguments[field]:
                        yield site, item

    def resulting(self, form: Form) -> Iterator[CallSite]:
        """The calls of library callables whose result has this form in the catalogues."""
        return self._at(self._by_form.get(form, ()))

    def _at(self, places: Iterable[int]) -> Iterator[CallSite]:
        return (self.all[place] for place in sorted(set(places)))

    def calling(self, wanted: Callable[[Object], bool]) -> Iterator[CallSite]:
        """The calls that may call an object that is wanted."""
        return self._at(
            place
            for callee, places in self._by_callee.items()
            if wanted(callee)
            for place in places
        )

    def used(self, *usages: Usage) -> Iterator[CallSite]:
        """The calls whose value is used in one of these ways."""
        return self._at(place for usage in usages for place in self._by_usage.get(usage, ()))

    def with_keyword(self, *names: str) -> Iterator[tuple[Call, Frame]]:
        """The calls with a keyword argument of one of these names, whatever they call."""
        found = (site for name in names for site in self._by_keyword.get(name, ()))
        return iter(dict.fromkeys(found))

    @cached_property
    def _by_usage(self) -> dict[Usage, list[int]]:
        found: dict[Usage, list[int]] = {}
        for place, site in enumerate(self.all):
            found.setdefault(site.call.usage, []).append(place)
        return found

    @cached_property
    def _by_keyword(self) -> dict[str, list[tuple[Call, Frame]]]:
        found: dict[str, list[tuple[Call, Frame]]] = {}
        for frame in self._types.generic_frames():
            for call in frame.block.calls:
                for argument in call.arguments:
                    if argument.name is not None:
                        found.setdefault(argument.name, []).append((call, frame))
        return found

    @cached_property
    def _by_callee(self) -> dict[Object, list[int]]:
        found: dict[Object, list[int]] = {}
        for place, site in enumerate(self.all):
            for callee in site.callees:
                found.setdefault(callee, []).append(place)
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        return self._places(_names)

    @cached_property
    def _by_function(self) -> dict[Function, list[int]]:
        return self._places(_functions)

    @cached_property
    def _by_class(self) -> dict[AnyClass, list[int]]:
        return self._places(_classes)

    @cached_property
    def _by_field(self) -> dict[str, list[int]]:
        return self._places(self._fields)

    @cached_property
    def _by_form(self) -> dict[Form, list[int]]:
        return self._places(self._forms)

    def _places(self, keys: Callable[[Object], Iterable[Key]]) -> dict[Key, list[int]]:
        """Where calls stand in `all`, by what `keys` says of the callees."""
        found: dict[Key, list[int]] = {}
        for callee, places in self._by_callee.items():
            for key in keys(callee):
                found.setdefault(key, []).extend(places)
        return found

    def _fields(self, callee: Object) -> Iterator[str]:
        behaviour = self._behaviour(callee)
        for field, specs in behaviour.arguments.items() if behaviour else ():
            if specs:
                yield field

    def _forms(self, callee: Object) -> Iterator[Form]:
        behaviour = self._behaviour(callee)
        match behaviour.result if behaviour else None:
            case DerivedType(form=form):
                yield form

    def _behaviour(self, callee: Object) -> Behaviour | None:
        match callee:
            case LibraryObject(name=name):
                return self._types.catalogue.callables.get(name)
            case LibraryMethod(behaviour=behaviour):
                return behaviour
            case ClassObject(cls=cls):
                return self._types.classes.constructor(cls)
            case FunctionObject(function=function):
                return self._types.catalogue.own.get(function.full_name)
            case PartialObject(callable=inner):
                return self._behaviour(inner)
            case Instance(cls=LibraryClass(entry=entry)) if entry is not None:
                return entry.methods.get("__call__")
        return None


def _names(callee: Object) -> tuple[str, ...]:
    match callee:
        case LibraryObject(name=name) | LibraryMethod(name=name):
            return (name,)
        case ClassObject(cls=LibraryClass(name=name)):
            return (name,)
    return ()


def _functions(callee: Object) -> tuple[Function, ...]:
    return (callee.function,) if isinstance(callee, FunctionObject) else ()


def _classes(callee: Object) -> tuple[AnyClass, ...]:
    return (callee.cls,) if isinstance(callee, ClassObject) else ()
