"""What the conditions around code say: that no event loop runs there
(`try: get_running_loop()`), or that it runs only the first time (`if _client is None:`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastlint.project.changes import globals_assigned
from fastlint.project.objects import (
    ClassObject,
    Frame,
    FunctionObject,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    Object,
)
from fastlint.project.symbols import Function
from fastlint.project.types import Types
from fastlint.summaries import (
    Attribute,
    Block,
    Boolean,
    Call,
    Expression,
    Guard,
    GuardKind,
    Literal,
    Merged,
    Name,
    Narrowed,
    Operation,
)

_PROBE_ERRORS = ("builtins.RuntimeError", "builtins.Exception", "builtins.BaseException")


class Guards:
    """Reads the guards of blocks."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._known: dict[tuple[Block, tuple[int, ...]], bool] = {}
        self._predicates: dict[Function, bool | None] = {}

    def is_off_loop(self, guards: tuple[int, ...], frame: Frame) -> bool:
        """Whether code under these guards of the frame's block runs off the event loop, as no
        code of a coroutine function does."""
        if not guards or (frame.function is not None and frame.function.is_async):
            return False
        key = (frame.block, guards)
        found = self._known.get(key)
        if found is None:
            self._known[key] = False  # where a flag is tested on the way to its own value
            found = self._known[key] = any(
                self._excludes_loop(frame.block.guards[index], frame) for index in guards
            )
        return found

    # --- the first time ---

    def is_first_time(self, guards: tuple[int, ...], frame: Frame) -> bool:
        """Whether code under these guards fills a variable or attribute that outlives the
        call, and runs only as long as that is empty: lazy initialisation."""
        return bool(guards) and any(
            self._waits_for_variable(frame.block.guards[index], frame) for index in guards
        )

    def _waits_for_variable(self, guard: Guard, frame: Frame) -> bool:
        if guard.kind is not GuardKind.TEST:
            return False
        variable = _emptiness(guard.test, positive=guard.positive)
        match variable:
            case Name(id=name):
                return name in globals_assigned(frame)
            case Attribute(value=Name(id=owner), name=name):
                return any(
                    isinstance(store.target, Attribute)
                    and store.target.name == name
                    and isinstance(store.target.value, Name)
                    and store.target.value.id == owner
                    for store in frame.block.stores
                )
        return False

    # --- no event loop ---

    def _excludes_loop(self, guard: Guard, frame: Frame) -> bool:
        if guard.kind is GuardKind.EXCEPT:
            return self._catches_probe(guard, frame)
        return self._denies_loop(guard.test, frame, positive=guard.positive)

    def _catches_probe(self, guard: Guard, frame: Frame) -> bool:
        calls = frame.block.calls[guard.first : guard.last]
        if not any(self._is_probe(call, frame) for call in calls):
            return False
        return any(
            (
                isinstance(item, ClassObject)
                and isinstance(item.cls, LibraryClass)
                and item.cls.name in _PROBE_ERRORS
            )
            or (isinstance(item, LibraryObject) and item.name in _PROBE_ERRORS)
            for item in self._types.evaluate(guard.test, frame)
        )

    def _is_probe(self, call: Call, frame: Frame) -> bool:
        return any(self._probes(callee) for callee in self._types.evaluate(call.callee, frame))

    def _probes(self, callee: Object) -> bool:
        match callee:
            case LibraryObject(name=name):
                behaviour = self._types.catalogue.callables.get(name)
                return behaviour is not None and behaviour.probes is not None
            case LibraryMethod(behaviour=behaviour):
                return behaviour.probes is not None
            case FunctionObject(function=function):
                return self._passes_probe(function)
        return False

    def _passes_probe(self, function: Function) -> bool:
        """Whether a function of the project returns the running loop, or nothing."""
        returned = [item.value for item in function.block.returns]
        probed = [value for value in returned if isinstance(value, Call)]
        if not probed or not all(isinstance(value, (Call, Literal)) for value in returned):
            return False
        frame = self._types.generic_frame(function)
        return all(self._is_library_probe(call, frame) for call in probed)

    def _is_library_probe(self, call: Call, frame: Frame) -> bool:
        return any(
            not isinstance(callee, FunctionObject) and self._probes(callee)
            for callee in self._types.evaluate(call.callee, frame)
        )

    def _denies_loop(self, test: Expression, frame: Frame, *, positive: bool) -> bool:
        """Whether `test` being true (or false) means that no event loop runs."""
        match test:
            case Operation(operator="not", operands=(inner,)):
                return self._denies_loop(inner, frame, positive=not positive)
            case Boolean(operator=operator, values=values):
                parts = [self._denies_loop(value, frame, positive=positive) for value in values]
                return any(parts) if (operator == "and") is positive else all(parts)
            case Operation(operator="is" | "==", operands=(left, Literal(value=None))):
                return self._denies_loop(left, frame, positive=not positive)
            case Operation(operator="is not" | "!=", operands=(left, Literal(value=None))):
                return self._denies_loop(left, frame, positive=positive)
            case Name():
                if not positive and self._holds_loop(test, frame):
                    return True
                return self._flag(test, frame) is positive
            case Call():
                return self._answers_off_loop(test, frame, positive=positive)
        return False

    def _flag(self, name: Name, frame: Frame) -> bool | None:
        """What a variable holds where no event loop runs, if it tells."""
        bindings = [frame.block.bindings[index] for index in name.definitions]
        return self._value_off_loop(((item.value, item.guards) for item in bindings), frame)

    def _holds_loop(self, name: Name, frame: Frame) -> bool:
        """Whether a variable holds the running loop, or nothing where none runs."""
        values = list(self._values(name, frame, set()))
        probed = [value for value in values if isinstance(value, Call)]
        return (
            bool(probed)
            and all(self._is_probe(call, frame) for call in probed)
            and all(isinstance(value, (Call, Literal)) for value in values)
        )

    def _values(self, name: Name, frame: Frame, seen: set[int]) -> Iterator[Expression]:
        for index in name.definitions:
            yield from self._definition_values(index, frame, seen)

    def _definition_values(self, index: int, frame: Frame, seen: set[int]) -> Iterator[Expression]:
        if index in seen:
            return
        seen.add(index)
        match frame.block.bindings[index].value:
            case Merged(definitions=definitions):
                for inner in definitions:
                    yield from self._definition_values(inner, frame, seen)
            case Narrowed(value=Name() as name):
                yield from self._values(name, frame, seen)
            case value:
                yield value

    def _answers_off_loop(self, call: Call, frame: Frame, *, positive: bool) -> bool:
        for callee in self._types.evaluate(call.callee, frame):
            if self._probes(callee):
                return not positive
            if isinstance(callee, FunctionObject):
                answer = self._predicate(callee.function)
                return answer is not None and answer is positive
        return False

    def _predicate(self, function: Function) -> bool | None:
        """What a function of the project answers where no event loop runs, if it tells."""
        if function not in self._predicates:
            self._predicates[function] = None
            self._predicates[function] = self._find_predicate(function)
        return self._predicates[function]

    def _find_predicate(self, function: Function) -> bool | None:
        frame = self._types.generic_frame(function)
        returns = ((item.value, item.guards) for item in function.block.returns)
        return self._value_off_loop(returns, frame)

    def _value_off_loop(
        self, values: Iterable[tuple[Expression | None, tuple[int, ...]]], frame: Frame
    ) -> bool | None:
        """Which of the values given under these guards is the one where no event loop runs."""
        off: set[bool] = set()
        on: set[bool] = set()
        for value, guards in values:
            if isinstance(value, Literal) and isinstance(value.value, bool):
                (off if self.is_off_loop(guards, frame) else on).add(value.value)
        return off.pop() if len(off) == 1 and len(on) == 1 and off != on else None


def _emptiness(test: Expression, *, positive: bool) -> Expression | None:
    """The variable that is empty if `test` is true, or false if not `positive`."""
    match test:
        case Operation(operator="not", operands=(inner,)):
            return _emptiness(inner, positive=not positive)
        case Operation(operator="is" | "==", operands=(variable, Literal(value=None))):
            return variable if positive else None
        case Operation(operator="is not" | "!=", operands=(variable, Literal(value=None))):
            return None if positive else variable
        case Name() | Attribute():
            return None if positive else test
    return None
