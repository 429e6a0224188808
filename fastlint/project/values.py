"""Constants across modules: what an expression comes to, where that is fixed.

A value is a set of possibilities: `None` as the answer means that it is not known. A
name that may be rebound, a call that nobody knows, an environment variable without a
default are not known, and no check may turn that into a yes.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as SequenceABC
from dataclasses import dataclass, replace
from typing import TypeAlias

from fastlint.catalogues import ClassEntry
from fastlint.project.objects import (
    ClassObject,
    Frame,
    FunctionObject,
    Instance,
    LibraryClass,
    LibraryMethod,
    LibraryObject,
    ModuleObject,
)
from fastlint.project.symbols import Class, Function, ProjectModule
from fastlint.project.types import Types
from fastlint.summaries import (
    Attribute,
    BindingKind,
    Boolean,
    Call,
    Comprehension,
    Conditional,
    Container,
    Expression,
    Format,
    Import,
    Item,
    Literal,
    Mapping,
    Merged,
    Name,
    Narrowed,
    Operation,
    Sequence,
    Starred,
    Subscript,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is written: an expression in its frame."""

    expression: Expression
    frame: Frame

    @property
    def module(self) -> ProjectModule:
        return self.frame.module


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant and where it is written."""

    value: str | bytes | int | float | complex | bool | None
    place: Place


@dataclass(frozen=True, slots=True)
class Several:
    """A list, tuple or set; `complete` unless some items are not known."""

    items: tuple[Value, ...]
    complete: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """A dict with constant keys; `complete` unless some entries are not known."""

    items: tuple[tuple[str, Value], ...]
    complete: bool
    place: Place

    def get(self, key: str) -> Value | None:
        return next((value for name, value in self.items if name == key), None)


Value: TypeAlias = Constant | Several | Table
Keyword: TypeAlias = tuple[str, Expression, Frame]
"""A keyword argument: its name, and where its value is evaluated."""

_DEEPEST = 12


class Values:
    """Evaluates constants over files; asks `types` what receivers are."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._open: set[tuple[Expression, Frame]] = set()

    def possible(self, expression: Expression, frame: Frame) -> list[Value]:
        """Every value that is known to be possible; others may be, too."""
        return [value for value in self._all(expression, frame) if value is not None]

    def exhaustive(self, expression: Expression, frame: Frame) -> list[Value]:
        """Every value that is possible, defaults taken; none where some are not known."""
        found = self._all(expression, frame)
        return [] if None in found else [value for value in found if value is not None]

    def constant(self, expression: Expression, frame: Frame) -> Value | None:
        """The one value that an expression has; None where that is not known."""
        found = self._all(expression, frame)
        return found[0] if len(found) == 1 else None

    def _all(self, expression: Expression, frame: Frame) -> list[Value | None]:
        """The possible values; None among them for one that is not known."""
        key = (expression, frame)
        if key in self._open or len(self._open) > _DEEPEST * 4:
            return [None]
        self._open.add(key)
        try:
            return list(self._possible(expression, frame)) or [None]
        finally:
            self._open.discard(key)

    def text(self, expression: Expression, frame: Frame) -> str | None:
        """The one string that an expression is; None where that is not known."""
        match self.constant(expression, frame):
            case Constant(value=str() as text):
                return text
        return None

    def source(self, expression: Expression, frame: Frame) -> Place:
        """The expression that a name stands for, over files, where it is bound just once; any
        other expression is its own."""
        for _ in range(_DEEPEST):
            match expression:
                case Name():
                    found = self._bound_once(expression, frame)
                case Attribute():
                    found = self._bound_in_module(expression, frame)
                case _:
                    break
            if found is None:
                break
            expression, frame = found
        return Place(expression, frame)

    def keywords(self, call: Call, frame: Frame) -> tuple[tuple[Keyword, ...], bool]:
        """The keyword arguments of a call, with those of `**options` as far as they are known;
        and whether these are all."""
        found: list[Keyword] = []
        complete = True
        for argument in call.arguments:
            if argument.name is not None:
                found.append((argument.name, argument.value, frame))
            elif argument.stars == 2:
                expanded = self._entries(argument.value, frame)
                complete &= expanded is not None
                found.extend(expanded or ())
        return tuple(found), complete

    def _entries(self, expression: Expression, frame: Frame) -> tuple[Keyword, ...] | None:
        """The entries of a dict with names for keys, if its display is known."""
        match expression:
            case Mapping(items=items):
                return tuple(
                    (key.value, value, frame)
                    for key, value in items
                    if isinstance(key, Literal) and isinstance(key.value, str)
                )
            case Call(callee=Name(id="dict"), arguments=arguments) if all(
                argument.name is not None for argument in arguments
            ):
                return tuple((argument.name or "", argument.value, frame) for argument in arguments)
        match self.constant(expression, frame):
            case Table(place=place) if place.expression is not expression:
                return self._entries(place.expression, place.frame)
        return None

    def _bound_once(self, name: Name, frame: Frame) -> tuple[Expression, Frame] | None:
        holder: Frame | None = frame
        definitions = name.definitions
        while holder is not None and not definitions:
            definitions = holder.block.exit.get(name.id, ())
            frame, holder = (holder, holder.closure) if definitions else (frame, holder.closure)
        if not definitions:
            frame = self._types.module_frame(frame.module)
            definitions = frame.block.exit.get(name.id, ())
        if len(definitions) != 1:
            return None
        return self._bound_to(frame, definitions[0])

    def _bound_in_module(
        self, attribute: Attribute, frame: Frame
    ) -> tuple[Expression, Frame] | None:
        match self._types.evaluate(attribute.value, frame):
            case (ModuleObject(module=module),):
                definitions = module.summary.block.exit.get(attribute.name, ())
                if len(definitions) == 1:
                    return self._bound_to(self._types.module_frame(module), definitions[0])
        return None

    def _bound_to(self, frame: Frame, index: int) -> tuple[Expression, Frame] | None:
        binding = frame.block.bindings[index]
        match binding.kind, binding.value:
            case BindingKind.ASSIGNED, value:
                return value, frame
            case BindingKind.IMPORT, Import(attribute=str() as attribute) as imported:
                module = self._types.symbols.find(imported.module, frame.module)
                definitions = () if module is None else module.summary.block.exit.get(attribute, ())
                if module is not None and module is not frame.module and len(definitions) == 1:
                    return self._bound_to(self._types.module_frame(module), definitions[0])
        return None

    def is_fixed(self, expression: Expression, frame: Frame) -> bool:
        """Whether an expression has one value that is known as a whole."""
        value = self.constant(expression, frame)
        return value is not None and _is_complete(value)

    def _possible(self, expression: Expression, frame: Frame) -> Iterator[Value | None]:
        place = Place(expression, frame)
        match expression:
            case Literal(value=value, ellipsis=False):
                yield Constant(value, place)
            case Name():
                yield from self._name(expression, frame)
            case Attribute():
                yield from self._attribute(expression, frame)
            case Sequence(items=items):
                yield self._several(items, frame, place)
            case Mapping():
                yield self._table(expression, frame, place)
            case Conditional(then=then, otherwise=otherwise):
                yield from self._all(then, frame)
                yield from self._all(otherwise, frame)
            case Boolean(operator="or", values=values):
                yield from self._or(values, frame)
            case Format(parts=parts):
                yield from self._joined(parts, frame, place)
            case Operation(operator="+", operands=(left, right)):
                yield from self._sum(left, right, frame, place)
            case Operation(operator="not", operands=(operand,)):
                match self.constant(operand, frame):
                    case Constant(value=value):
                        yield Constant(not value, place)
            case Subscript():
                yield from self._subscript(expression, frame)
            case Call():
                yield from self._call(expression, frame, place)
            case Comprehension(element=element, kind=Container.LIST | Container.SET):
                yield from self._mapped(element, frame)

    def _mapped(self, element: Expression, frame: Frame) -> Iterator[Value | None]:
        """`[str(item) for item in values]`: the items, trimmed or converted."""
        match element:
            case Call(callee=Name(id="str"), arguments=(argument,)):
                yield from self._mapped(argument.value, frame)
            case Call(callee=Attribute(value=value, name=name)) if name in _TEXT_METHODS:
                texts = self._texts(element, frame)
                for item in self._mapped(value, frame):
                    yield None if item is None or texts is None else _applied(name, item, texts)
            case Name(definitions=(index,)):
                match frame.block.bindings[index].value:
                    case Item(value=value):
                        yield from self._all(value, frame)

    # --- names ---

    def _name(self, expression: Name, frame: Frame) -> Iterator[Value | None]:
        if expression.definitions:
            for index in expression.definitions:
                yield from self._definition(frame, index)
            return
        holder: Frame | None = frame if frame.function is None else frame.closure
        while holder is not None:
            if expression.id in holder.block.exit:
                for index in holder.block.exit[expression.id]:
                    yield from self._definition(holder, index)
                return
            holder = holder.closure
        yield from self._member(frame.module, expression.id)

    def _member(self, module: ProjectModule, name: str) -> Iterator[Value | None]:
        frame = self._types.module_frame(module)
        if name in module.summary.block.exit:
            for index in module.summary.block.exit[name]:
                yield from self._definition(frame, index)
            return
        for star in module.summary.star_imports:
            target = self._types.symbols.find(star.module, module)
            if target is not None and target is not module:
                yield from self._member(target, name)

    def _definition(self, frame: Frame, index: int) -> Iterator[Value | None]:
        binding = frame.block.bindings[index]
        if (binding.value, frame) in self._open:  # the heads of nested loops hold each other
            return
        match binding.kind, binding.value:
            case BindingKind.IMPORT, Import(attribute=str() as attribute) as imported:
                module = self._types.symbols.find(imported.module, frame.module)
                if module is not None:
                    yield from self._member(module, attribute)
            case _, Merged(definitions=definitions):
                self._open.add((binding.value, frame))
                for inner in definitions:
                    yield from self._definition(frame, inner)
                self._open.discard((binding.value, frame))
            case _, Narrowed(value=inner_value):
                yield from self._all(inner_value, frame)
            case (BindingKind.PARAMETER, _):
                yield from self._parameter(frame, binding.name)
            case (
                BindingKind.ASSIGNED
                | BindingKind.UNPACKED
                | BindingKind.DECLARED
                | BindingKind.AUGMENTED,
                value,
            ):
                yield from self._all(value, frame)

    def _parameter(self, frame: Frame, name: str) -> Iterator[Value | None]:
        """The default of a parameter is one possibility."""
        if frame.function is None:
            return
        for parameter in frame.function.summary.parameters:
            if parameter.name == name and parameter.default is not None:
                yield from self._all(parameter.default, self._types.defining_frame(frame.function))

    # --- attributes ---

    def _attribute(self, expression: Attribute, frame: Frame) -> Iterator[Value | None]:
        given = self._given(expression, frame)
        if given is not None:
            yield from self._all(*given)
            return
        for receiver in self._types.evaluate(expression.value, frame):
            match receiver:
                case ModuleObject(module=module):
                    yield from self._member(module, expression.name)
                case Instance(cls=Class()):
                    yield from self._field(receiver, expression.name)
                case ClassObject(cls=Class() as cls):
                    yield from self._class_field(cls, expression.name)

    def _given(self, expression: Attribute, frame: Frame) -> tuple[Expression, Frame] | None:
        """The argument of `Settings(name=...)` that sets the field, where one does."""
        made = self._creation(expression.value, frame)
        if made is None:
            return None
        call, where = made
        for argument in call.arguments:
            if argument.name == expression.name:
                return argument.value, where
        return None

    def _creation(self, expression: Expression, frame: Frame) -> tuple[Call, Frame] | None:
        """The call of a class of the project that makes what `expression` is."""
        match expression:
            case Call():
                for callee in self._types.evaluate(expression.callee, frame):
                    match callee:
                        case ClassObject(cls=Class()):
                            return expression, frame
                        case FunctionObject(function=function):
                            return self._returned_creation(function)
            case Name():
                return self._bound_creation(expression, frame)
        return None

    def _returned_creation(self, function: Function) -> tuple[Call, Frame] | None:
        returns = [item.value for item in function.block.returns if item.value is not None]
        if len(returns) != 1:
            return None
        return self._creation(returns[0], self._types.generic_frame(function))

    def _bound_creation(self, name: Name, frame: Frame) -> tuple[Call, Frame] | None:
        if name.definitions:
            return self._creation_at(frame, name.definitions)
        module = self._types.module_frame(frame.module)
        return self._creation_at(module, frame.module.summary.block.exit.get(name.id, ()))

    def _creation_at(self, frame: Frame, definitions: tuple[int, ...]) -> tuple[Call, Frame] | None:
        if len(definitions) != 1:
            return None
        binding = frame.block.bindings[definitions[0]]
        match binding.value:
            case Call() as call:
                return self._creation(call, frame)
            case Import(attribute=str() as attribute) as imported:
                module = self._types.symbols.find(imported.module, frame.module)
                if module is None or module is frame.module:
                    return None
                found = module.summary.block.exit.get(attribute, ())
                return self._creation_at(self._types.module_frame(module), found)
        return None

    def _field(self, receiver: Instance, name: str) -> Iterator[Value | None]:
        for cls in self._types.classes.order(receiver.cls):
            if not isinstance(cls, Class):
                continue
            stores = self._types.classes.stores(cls).get(name, ())
            for method, store in stores:
                frame = self._types.method_frame(method, receiver)
                yield from self._all(store.value, frame)
            if stores:
                return
            if name in cls.block.exit:
                yield from self._class_member(cls, name)
                return

    def _class_field(self, cls: Class, name: str) -> Iterator[Value | None]:
        for base in self._types.classes.order(cls):
            if isinstance(base, Class) and name in base.block.exit:
                yield from self._class_member(base, name)
                return

    def _class_member(self, cls: Class, name: str) -> Iterator[Value | None]:
        frame = self._types.class_frame(cls, None)
        for index in cls.block.exit[name]:
            binding = cls.block.bindings[index]
            match binding.value:
                case _ if binding.kind is BindingKind.FUNCTION:
                    yield from self._property(cls, name)
                case Call() as call:
                    yield from self._field_default(call, frame)
                case value:
                    yield from self._all(value, frame)

    def _property(self, cls: Class, name: str) -> Iterator[Value | None]:
        """What a property returns, where it always returns a constant."""
        function = cls.module.functions.get(f"{cls.qualname}.{name}")
        if function is None or self._types.method_kind(function) != "property":
            return
        frame = self._types.generic_frame(function)
        for item in function.block.returns:
            if item.value is not None:
                yield from self._all(item.value, frame)

    def _field_default(self, call: Call, frame: Frame) -> Iterator[Value | None]:
        """`Field("x")`, `Field(default="x")`, `field(default_factory=lambda: [...])`."""
        for argument in call.arguments:
            if argument.stars == 0 and argument.name == "default":
                yield from self._all(argument.value, frame)
                return
            if argument.name == "default_factory":
                yield from self._factory(argument.value, frame)
                return
        if self._is_field(call, frame):
            if call.arguments and call.arguments[0].name is None and not call.arguments[0].stars:
                yield from self._all(call.arguments[0].value, frame)
            return
        yield from self._all(call, frame)

    def _is_field(self, call: Call, frame: Frame) -> bool:
        for callee in self._types.evaluate(call.callee, frame):
            if isinstance(callee, LibraryObject) and callee.name.rpartition(".")[2] == "Field":
                return True
        return False

    def _factory(self, expression: Expression, frame: Frame) -> Iterator[Value | None]:
        for item in self._types.evaluate(expression, frame):
            if isinstance(item, FunctionObject):
                inner = self._types.generic_frame(item.function)
                for returned in item.function.block.returns:
                    if returned.value is not None:
                        yield from self._all(returned.value, inner)

    # --- building ---

    def _several(self, items: SequenceABC[Expression], frame: Frame, place: Place) -> Several:
        found: list[Value] = []
        complete = True
        for item in items:
            if isinstance(item, Starred):
                value = self.constant(item.value, frame)
                if isinstance(value, Several):
                    found.extend(value.items)
                    complete &= value.complete
                else:
                    complete = False
                continue
            values = self.possible(item, frame)
            found.extend(values)
            complete &= self.constant(item, frame) is not None
        return Several(tuple(found), complete, place)

    def _table(self, expression: Mapping, frame: Frame, place: Place) -> Table:
        found: list[tuple[str, Value]] = []
        complete = True
        for key, value in expression.items:
            if key is None:
                inner = self.constant(value, frame)
                if isinstance(inner, Table):
                    found.extend(inner.items)
                    complete &= inner.complete
                else:
                    complete = False
                continue
            name = self.text(key, frame)
            constant = self.constant(value, frame)
            if name is None or constant is None:
                complete = False
            else:
                found.append((name, constant))
        return Table(tuple(found), complete, place)

    def _or(self, values: SequenceABC[Expression], frame: Frame) -> Iterator[Value | None]:
        for value in values:
            possible = self._all(value, frame)
            yield from (item for item in possible if item is None or _is_true(item))
            if all(item is not None and _is_true(item) for item in possible):
                return

    def _joined(
        self, parts: SequenceABC[Expression], frame: Frame, place: Place
    ) -> Iterator[Value | None]:
        texts = []
        for part in parts:
            match self.constant(part, frame):
                case Constant(value=value) if value is not None:
                    texts.append(str(value))
                case _:
                    return
        yield Constant("".join(texts), place)

    def _sum(
        self, left: Expression, right: Expression, frame: Frame, place: Place
    ) -> Iterator[Value | None]:
        match self.constant(left, frame), self.constant(right, frame):
            case Constant(value=str() as first), Constant(value=str() as second):
                yield Constant(first + second, place)
            case Several(items=first_items) as one, Several(items=second_items) as two:
                complete = one.complete and two.complete
                yield Several((*first_items, *second_items), complete, place)
            case (Several() as one, None) | (None, Several() as one):
                yield Several(one.items, False, place)

    def _subscript(self, expression: Subscript, frame: Frame) -> Iterator[Value | None]:
        match self.constant(expression.value, frame), self.constant(expression.index, frame):
            case Table() as table, Constant(value=str() as key):
                value = table.get(key)
                if value is not None:
                    yield value
            case Several(items=items, complete=True), Constant(value=int() as index):
                if -len(items) <= index < len(items):
                    yield items[index]

    def _call(self, call: Call, frame: Frame, place: Place) -> Iterator[Value | None]:
        match call.callee:
            case Attribute(value=value, name="split"):
                yield from self._split(call, value, frame, place)
                return
            case Attribute(value=value, name="copy" | "get_secret_value"):
                yield from self._all(value, frame)
                return
            case Attribute(value=value, name=name) if name in _TEXT_METHODS:
                texts = self._texts(call, frame)
                for text in self._all(value, frame):
                    yield None if text is None or texts is None else _applied(name, text, texts)
                return
        for callee in self._types.evaluate(call.callee, frame):
            match callee:
                case LibraryObject(name="os.getenv") | LibraryMethod(name="os._Environ.get"):
                    yield from self._default(call, frame)
                case FunctionObject(function=function):
                    inner = self._types.generic_frame(function)
                    for item in function.block.returns:
                        if item.value is not None:
                            yield from self._all(item.value, inner)
                case ClassObject(cls=LibraryClass(entry=ClassEntry() as entry)) if (
                    entry.constructor.converts
                ):
                    yield from self._converted(call, frame, place)

    def _texts(self, call: Call, frame: Frame) -> list[str] | None:
        """The arguments of a call, if all of them are known texts."""
        texts = [self.text(argument.value, frame) for argument in call.arguments]
        known = [text for text in texts if text is not None]
        return known if len(known) == len(texts) else None

    def _converted(self, call: Call, frame: Frame, place: Place) -> Iterator[Value | None]:
        positional = [argument.value for argument in call.arguments if argument.name is None]
        if positional:
            yield from self._all(positional[0], frame)
            return
        items = []
        complete = True
        for argument in call.arguments:
            value = self.constant(argument.value, frame)
            if argument.name is None or value is None:
                complete = False
            else:
                items.append((argument.name, value))
        yield Table(tuple(items), complete, place)

    def _default(self, call: Call, frame: Frame) -> Iterator[Value | None]:
        for index, argument in enumerate(call.arguments):
            if argument.name == "default" or (argument.name is None and index == 1):
                yield from self._all(argument.value, frame)

    def _split(
        self, call: Call, value: Expression, frame: Frame, place: Place
    ) -> Iterator[Value | None]:
        for item in self._all(value, frame):
            match item:
                case None:
                    yield None
                case Constant(value=str() as text):
                    separator = (
                        self.text(call.arguments[0].value, frame) if call.arguments else None
                    )
                    if call.arguments and separator is None:
                        continue
                    parts = tuple(Constant(part, place) for part in text.split(separator))
                    yield Several(parts, True, place)


_TEXT_METHODS = frozenset(
    {"lower", "lstrip", "removeprefix", "removesuffix", "rstrip", "strip", "upper"}
)


def _applied(method: str, value: Value, arguments: list[str]) -> Value:
    """What a method of `str` makes of a text, or of each text in a list."""
    match value:
        case Constant(value=str() as text):
            return replace(value, value=getattr(text, method)(*arguments))
        case Several(items=items):
            return replace(value, items=tuple(_applied(method, i, arguments) for i in items))
    return value


def _is_complete(value: Value) -> bool:
    match value:
        case Constant():
            return True
        case Several(items=items, complete=complete):
            return complete and all(map(_is_complete, items))
        case Table(items=entries, complete=complete):
            return complete and all(_is_complete(item) for _, item in entries)
    raise AssertionError(value)


def _is_true(value: Value) -> bool:
    match value:
        case Constant(value=constant):
            return bool(constant)
        case Several(items=items) | Table(items=items):
            return bool(items)
    raise AssertionError(value)


def depends_on_caller(expression: Expression, frame: Frame) -> bool:
    """Whether a parameter of the function around decides an expression: its default is then
    only one of the values."""
    match expression:
        case Name(definitions=definitions):
            return any(
                frame.block.bindings[index].kind is BindingKind.PARAMETER for index in definitions
            )
        case Attribute(value=value):
            return depends_on_caller(value, frame)
        case Format(parts=parts) | Operation(operands=parts):
            return any(depends_on_caller(part, frame) for part in parts)
    return False
