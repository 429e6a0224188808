"""The arguments of calls: expressions in frames, and objects that are known already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from fastlint.catalogues import ArgumentSpec
from fastlint.project.objects import Frame, FunctionObject, Object, Objects, Origin, union
from fastlint.project.symbols import ProjectModule
from fastlint.summaries import Call, Expression, Parameter, ParameterKind

if TYPE_CHECKING:
    from fastlint.project.types import Types


class Slot(NamedTuple):
    """One argument: an expression in a frame, or objects that are known already."""

    expression: Expression | None
    frame: Frame | None
    objects: Objects | None = None


class Arguments(NamedTuple):
    """The arguments of a call. `incomplete` where `*` or `**` hide some of them."""

    types: Types
    positional: tuple[Slot, ...] = ()
    keywords: tuple[tuple[str, Slot], ...] = ()
    incomplete: bool = False
    place: tuple[ProjectModule, Call] | None = None
    """The call itself."""
    handed_on: bool = False
    """The callable among them is called with those behind it: `to_thread(function, 1)`."""
    site: tuple[Call, Frame] | None = None
    """The call that has just these arguments, and no others."""

    @property
    def origin(self) -> Origin | None:
        """The call, for classes whose instances are told apart."""
        return None if self.place is None else self.types.intern(Origin, *self.place)

    def value(self, slot: Slot) -> Objects:
        """What an argument may be."""
        if slot.objects is not None:
            return slot.objects
        assert slot.expression is not None
        assert slot.frame is not None
        return self.types.evaluate(slot.expression, slot.frame)

    def slot(self, spec: ArgumentSpec) -> Slot | None:
        """The argument that a catalogue speaks of, if it is given."""
        if spec.keyword is not None:
            for name, slot in self.keywords:
                if name == spec.keyword:
                    return slot
        if spec.position is not None and spec.position < len(self.positional):
            return self.positional[spec.position]
        return None

    def slots(self, spec: ArgumentSpec) -> tuple[Slot, ...]:
        """All the arguments that a catalogue speaks of."""
        if spec.every:
            return self.positional
        slot = self.slot(spec)
        return () if slot is None else (slot,)

    def objects(self, spec: ArgumentSpec) -> Objects:
        """What the arguments that a catalogue speaks of may be; of a method of theirs,
        if it names one."""
        slots = self.slots(spec)
        found = self.value(slots[0]) if len(slots) == 1 else union(map(self.value, slots))
        if spec.method is None:
            return found
        return union(self.types.attribute(item, spec.method) for item in found)

    def behind(self, spec: ArgumentSpec) -> Arguments:
        """The arguments that a callable among them is called with."""
        if not self.handed_on or spec.position is None:
            return Arguments(self.types)
        rest = self.positional[spec.position + 1 :]
        return Arguments(self.types, rest, self.keywords, self.incomplete)

    def without_first(self) -> Arguments:
        """The arguments behind the first positional one."""
        return Arguments(
            self.types, self.positional[1:], self.keywords, self.incomplete, self.place
        )

    def behind_object(self, item: Object) -> Arguments:
        """The arguments with an object before them: that of a method."""
        positional = (Slot(None, None, (item,)), *self.positional)
        return self._replace(positional=positional, site=None)

    def after(self, slots: Iterable[Slot], keywords: Iterable[tuple[str, Slot]]) -> Arguments:
        """The arguments with others before them: those of a `partial`."""
        return Arguments(
            self.types,
            (*slots, *self.positional),
            (*self.keywords, *keywords),
            self.incomplete,
            self.place,
        )


def passed(parameter: Parameter, callee: FunctionObject, call: Call) -> Expression | None:
    """What a call passes for a parameter; None for its default, and for what `*` hides."""
    for argument in call.arguments:
        if argument.name == parameter.name:
            return argument.value
    if parameter.kind not in (ParameterKind.STANDARD, ParameterKind.POSITIONAL_ONLY):
        return None
    position = callee.function.summary.parameters.index(parameter)
    position -= callee.receiver is not None
    given = call.arguments[: position + 1]
    if position < 0 or len(given) <= position or any(one.name or one.stars for one in given):
        return None
    return given[position].value
