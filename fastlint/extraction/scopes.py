"""Scopes while a module is walked: which bindings of a name are alive, and what a block holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from fastlint.summaries import (
    Binding,
    BindingKind,
    Block,
    Boolean,
    Call,
    Conditional,
    Elsewhere,
    Expression,
    For,
    Guard,
    GuardKind,
    ImplicitCall,
    Merged,
    Name,
    Raise,
    Return,
    Store,
    Try,
    Usage,
    Use,
    While,
    With,
    Yield,
)

Alive = dict[str, tuple[int, ...]]
"""The bindings that reach a point, by name."""


def merge(first: Alive | None, second: Alive | None) -> Alive | None:
    """What is alive where two paths meet; None stands for a path that ends before."""
    if first is None or second is None:
        return second if first is None else first
    if first is second:
        return first
    merged = dict(first)
    for name, definitions in second.items():
        known = merged.get(name)
        if known is None:
            merged[name] = definitions
        elif known is not definitions and known != definitions:
            merged[name] = known + tuple(d for d in definitions if d not in known)
    return merged


class Loop:
    """A loop that is being walked: what is alive where it is left or continued."""

    __slots__ = ("breaks", "continues", "heads")

    def __init__(self, heads: dict[str, int]) -> None:
        self.heads = heads
        self.breaks: Alive | None = None
        self.continues: Alive | None = None


class Scope:
    """A block that is being walked. `alive` is None where code cannot be reached."""

    def __init__(
        self,
        qualname: str,
        parent: Scope | None,
        *,
        is_class: bool = False,
        is_coroutine: bool = False,
    ) -> None:
        self.qualname = qualname
        self.parent = parent
        self.is_class = is_class
        self.is_coroutine = is_coroutine
        self.alive: Alive | None = {}
        self.guards_now: tuple[int, ...] = ()
        self.loops: list[Loop] = []
        self.type_checking = False
        self.in_handler = False
        self.declared: dict[str, Scope] = {}
        self.bindings: list[Binding] = []
        self.calls: list[Call] = []
        self.implicit: list[ImplicitCall] = []
        self.uses: list[Use] = []
        self.stores: list[Store] = []
        self.guards: list[Guard] = []
        self.returns: list[Return] = []
        self.yields: list[Yield] = []
        self.raises: list[Raise] = []
        self.tries: list[Try] = []
        self.withs: list[With] = []
        self.whiles: list[While] = []
        self.fors: list[For] = []
        self.free: set[str] = set()
        self.awaits = 0
        self.children: dict[str, int] = {}
        self._of_calls: set[int] = set()
        self._global: dict[str, list[int]] = {}

    def child_name(self, name: str) -> str:
        """A qualified name for a block below this one, unique in the module."""
        count = self.children[name] = self.children.get(name, 0) + 1
        qualified = f"{self.qualname}.{name}" if self.qualname else name
        return qualified if count == 1 else f"{qualified}#{count}"

    # --- names ---

    def load(self, name: str, usage: Usage, start: int, end: int) -> Name:
        """A use of `name` at this point."""
        definitions = self.alive.get(name, ()) if self.alive is not None else ()
        if not definitions:
            self.free.add(name)
        elif not self._of_calls.isdisjoint(definitions):
            self.uses.append(Use(definitions, usage, start, end))
        return Name(name, definitions, start, end)

    def bind(
        self,
        name: str,
        kind: BindingKind,
        value: Expression,
        start: int,
        end: int,
        annotation: Expression | None = None,
    ) -> None:
        """From here on `name` holds `value`."""
        home = self.declared.get(name)
        if home is not None:
            home.bind_elsewhere(name, Elsewhere(self.qualname, value), annotation, start, end)
            return
        index = self._append(name, kind, value, start, end, annotation)
        if holds_call(value):
            self._of_calls.add(index)
        if self.alive is not None:
            self.alive[name] = (index,)

    def bind_elsewhere(
        self, name: str, value: Elsewhere, annotation: Expression | None, start: int, end: int
    ) -> None:
        """A function below assigns to `name` of this block."""
        index = self._append(name, BindingKind.ASSIGNED, value, start, end, annotation)
        self._global.setdefault(name, []).append(index)

    def _append(
        self,
        name: str,
        kind: BindingKind,
        value: Expression,
        start: int,
        end: int,
        annotation: Expression | None,
    ) -> int:
        self.bindings.append(
            Binding(name, kind, value, annotation, start, end, self.type_checking, self.guards_now)
        )
        return len(self.bindings) - 1

    # --- flow ---

    def open_loop(self, names: Iterable[str], start: int) -> Loop:
        """Enters a loop that may rebind `names`: their uses see this turn's and the last."""
        heads: dict[str, int] = {}
        for name in sorted(names):
            if name in self.declared:
                continue
            heads[name] = self._append(name, BindingKind.MERGED, Merged(()), start, start, None)
        loop = Loop(heads)
        if self.alive is not None:
            for name, index in heads.items():
                before = self.alive.get(name, ())
                self.bindings[index] = _merged(self.bindings[index], before)
                self.alive[name] = (index,)
            self._of_calls.update(heads.values())
        self.loops.append(loop)
        return loop

    def close_loop(self, loop: Loop) -> None:
        """Leaves the body of a loop; what is alive now flows back to its head."""
        self.loops.pop()
        back = merge(self.alive, loop.continues) or {}
        for name, index in loop.heads.items():
            binding = self.bindings[index]
            assert isinstance(binding.value, Merged)
            later = tuple(
                d for d in back.get(name, ()) if d != index and d not in binding.value.definitions
            )
            self.bindings[index] = _merged(binding, binding.value.definitions + later)

    def guard(self, test: Expression, *, positive: bool) -> None:
        """What follows runs only if `test` was true, or false if not `positive`."""
        self.guards.append(Guard(GuardKind.TEST, test, positive))
        self.guards_now = (*self.guards_now, len(self.guards) - 1)

    def guard_handler(self, types: Expression, first: int, last: int) -> None:
        """What follows runs only after one of the calls `first` to `last` raised `types`."""
        self.guards.append(Guard(GuardKind.EXCEPT, types, True, first, last))
        self.guards_now = (*self.guards_now, len(self.guards) - 1)

    def all_bound(self, first: int, kind: BindingKind | None = None) -> Alive:
        """Every binding made since `first`, or those of one kind, by name: any may be alive
        in a handler."""
        bound: Alive = {}
        for index in range(first, len(self.bindings)):
            binding = self.bindings[index]
            if binding.kind is BindingKind.NARROWED or kind not in (None, binding.kind):
                continue
            bound[binding.name] = (*bound.get(binding.name, ()), index)
        return bound

    def finish(self, *, trivial: bool) -> Block:
        """The block, as it goes into the summary."""
        ending = self.alive if self.alive is not None else self.all_bound(0)
        for name, indexes in self._global.items():
            ending[name] = tuple(dict.fromkeys((*ending.get(name, ()), *indexes)))
        return Block(
            qualname=self.qualname,
            parent=None if self.parent is None else self.parent.qualname,
            bindings=tuple(self.bindings),
            exit=ending,
            calls=tuple(self.calls),
            implicit=tuple(self.implicit),
            uses=tuple(self.uses),
            stores=tuple(self.stores),
            guards=tuple(self.guards),
            returns=tuple(self.returns),
            yields=tuple(self.yields),
            raises=tuple(self.raises),
            tries=tuple(self.tries),
            withs=tuple(self.withs),
            loops=tuple(self.whiles),
            fors=tuple(self.fors),
            free=tuple(sorted(self.free)),
            awaits=self.awaits,
            falls_through=self.alive is not None,
            trivial=trivial,
        )


def _merged(binding: Binding, definitions: tuple[int, ...]) -> Binding:
    return Binding(
        binding.name, binding.kind, Merged(definitions), None, binding.start, binding.end
    )


def holds_call(value: Expression) -> bool:
    """Whether the value is that of a call, on some path, without an await."""
    match value:
        case Call():
            return True
        case Conditional(then=then, otherwise=otherwise):
            return holds_call(then) or holds_call(otherwise)
        case Boolean(values=values):
            return any(map(holds_call, values))
    return False


def bound_names(body: cst.BaseSuite) -> set[str]:
    """The names that the statements of a suite assign, nested suites included."""
    names: set[str] = set()
    _collect_suite(body, names)
    return names


def _collect_suite(suite: cst.BaseSuite, names: set[str]) -> None:
    for statement in suite.body:
        _collect(statement, names)


def _collect(statement: cst.CSTNode, names: set[str]) -> None:
    match statement:
        case cst.SimpleStatementLine(body=parts):
            for part in parts:
                _collect(part, names)
        case cst.Assign(targets=targets):
            for target in targets:
                names.update(target_names(target.target))
        case cst.AnnAssign(target=target) | cst.AugAssign(target=target):
            names.update(target_names(target))
        case cst.Import() | cst.ImportFrom():
            names.update(imported_names(statement))
        case cst.FunctionDef(name=name) | cst.ClassDef(name=name):
            names.add(name.value)
        case cst.For(target=target, body=body, orelse=orelse):
            names.update(target_names(target))
            _collect_suite(body, names)
            _collect_orelse(orelse, names)
        case cst.While(body=body, orelse=orelse) | cst.If(body=body, orelse=orelse):
            _collect_suite(body, names)
            _collect_orelse(orelse, names)
        case cst.With(items=items, body=body):
            for item in items:
                if item.asname is not None:
                    names.update(target_names(item.asname.name))
            _collect_suite(body, names)
        case cst.Try() | cst.TryStar():
            _collect_suite(statement.body, names)
            for handler in statement.handlers:
                _collect_suite(handler.body, names)
            _collect_orelse(statement.orelse, names)
            _collect_orelse(statement.finalbody, names)
        case cst.Match(cases=cases):
            for case in cases:
                _collect_suite(case.body, names)


def _collect_orelse(clause: cst.CSTNode | None, names: set[str]) -> None:
    match clause:
        case cst.If():
            _collect(clause, names)
        case cst.Else(body=body) | cst.Finally(body=body):
            _collect_suite(body, names)


def target_names(target: cst.CSTNode) -> Iterator[str]:
    """The plain names in an assignment target."""
    match target:
        case cst.Name(value=name):
            yield name
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            for element in elements:
                yield from target_names(element.value)


def imported_names(statement: cst.Import | cst.ImportFrom) -> Iterator[str]:
    """The names that an import binds; nothing for a star."""
    if isinstance(statement.names, cst.ImportStar):
        return
    for alias in statement.names:
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            yield alias.asname.name.value
            continue
        node: cst.BaseExpression = alias.name
        while isinstance(node, cst.Attribute):
            node = node.value
        if isinstance(node, cst.Name):
            yield node.value
