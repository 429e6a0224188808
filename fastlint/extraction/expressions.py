"""What expressions are reduced to, in the scope they stand in: one half of the walk.

Reducing an expression notes its calls and implicit calls in the scope, and binds what `:=`,
comprehensions and lambdas assign. Targets, parameters and narrowing stand here, too: statements
bind with them as expressions do.
"""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Callable
from collections.abc import Sequence as SequenceABC
from typing import Any

import libcst as cst

from fastlint.extraction.positions import Positions
from fastlint.extraction.scopes import Alive, Scope, merge
from fastlint.extraction.syntax import constant_truth, texts
from fastlint.summaries import (
    UNKNOWN,
    Argument,
    Attribute,
    Await,
    BindingKind,
    Boolean,
    Call,
    Comprehension,
    Conditional,
    Container,
    Expression,
    Format,
    FunctionReference,
    FunctionSummary,
    Implicit,
    ImplicitCall,
    Item,
    Literal,
    Mapping,
    Name,
    Narrowed,
    Operation,
    Parameter,
    ParameterKind,
    ParameterValue,
    Return,
    Sequence,
    Starred,
    Store,
    Subscript,
    Unpacked,
    Usage,
    Yield,
)

LONGEST_TEXT = 4000
"""Longer string literals are not kept in the summary."""

NodeHook = Callable[[cst.CSTNode], None]

OPERATORS: dict[type[cst.CSTNode], str] = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.MatrixMultiply: "@",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
    cst.BitAnd: "&",
    cst.BitOr: "|",
    cst.BitXor: "^",
    cst.BitInvert: "~",
    cst.Minus: "-",
    cst.Plus: "+",
    cst.Not: "not",
    cst.Equal: "==",
    cst.NotEqual: "!=",
    cst.LessThan: "<",
    cst.LessThanEqual: "<=",
    cst.GreaterThan: ">",
    cst.GreaterThanEqual: ">=",
    cst.Is: "is",
    cst.IsNot: "is not",
    cst.In: "in",
    cst.NotIn: "not in",
}


class Expressions:
    """Reduces the expressions of a module, and binds what they assign. `hooks` are called for
    nodes of their kind, in source order."""

    def __init__(
        self, positions: Positions, hooks: dict[type[cst.CSTNode], list[NodeHook]]
    ) -> None:
        self.positions = positions
        self.hooks = hooks
        self.scope = Scope("", None)
        self.functions: list[FunctionSummary] = []
        self.exports: list[str] | None = None
        self._quoted: tuple[int, int] | None = None

    def place(self, node: cst.CSTNode) -> tuple[int, int]:
        """Start and end offset of a node; of the string it stands in, for a quoted one."""
        if self._quoted is not None:
            return self._quoted
        return self.positions.start(node), self.positions.end(node)

    def hook(self, node: cst.CSTNode) -> None:
        for hook in self.hooks.get(type(node), ()):
            hook(node)

    # --- expressions ---

    def reduce(self, node: cst.BaseExpression, usage: Usage) -> Expression:
        """The reduced expression of `node`, whose value is used as `usage` says."""
        if self.hooks:
            self.hook(node)
        handler = _EXPRESSIONS.get(type(node))
        return UNKNOWN if handler is None else handler(self, node, usage)

    def implicit(
        self,
        kind: Implicit,
        receiver: Expression,
        node: cst.CSTNode,
        index: Expression | None = None,
    ) -> None:
        scope = self.scope
        if scope.type_checking or self._quoted is not None:
            return
        call = ImplicitCall(kind, receiver, *self.place(node), scope.guards_now, index)
        scope.implicit.append(call)

    def _name(self, node: cst.Name, usage: Usage) -> Expression:
        start, end = self.place(node)
        match node.value:
            case "None":
                return Literal(None, start, end)
            case "True":
                return Literal(True, start, end)
            case "False":
                return Literal(False, start, end)
        name = self.scope.load(node.value, usage, start, end)
        if usage is Usage.TESTED:
            self.implicit(Implicit.TEST, name, node)
        return name

    def _attribute(self, node: cst.Attribute, usage: Usage) -> Expression:
        value = self.reduce(node.value, Usage.ATTRIBUTE)
        start, end = self.place(node)
        reduced = Attribute(value, node.attr.value, start, end)
        scope = self.scope
        if usage is not Usage.CALLED and not scope.type_checking and self._quoted is None:
            scope.implicit.append(ImplicitCall(Implicit.GET, reduced, start, end, scope.guards_now))
        if usage is Usage.TESTED:
            self.implicit(Implicit.TEST, reduced, node)
        return reduced

    def _call(self, node: cst.Call, usage: Usage) -> Expression:
        callee = self.reduce(node.func, Usage.CALLED)
        arguments = tuple(
            self._argument(argument, is_type=not index and _is_cast(callee))
            for index, argument in enumerate(node.args)
        )
        start, end = self.place(node)
        scope = self.scope
        call = Call(callee, arguments, usage, start, end, scope.guards_now)
        if not scope.type_checking and self._quoted is None:
            scope.calls.append(call)
        return call

    def _argument(self, node: cst.Arg, *, is_type: bool = False) -> Argument:
        if self.hooks:
            self.hook(node)
        if is_type and isinstance(node.value, cst.SimpleString):
            value = self._quoted_annotation(node.value)
        else:
            value = self.reduce(node.value, Usage.PASSED)
        name = None if node.keyword is None else node.keyword.value
        return Argument(name, len(node.star), value, self.place(node)[0])

    def _subscript(self, node: cst.Subscript, usage: Usage) -> Expression:
        value = self.reduce(node.value, Usage.SUBSCRIPTED)
        index = self.index(node)
        reduced = Subscript(value, index, *self.place(node))
        self.implicit(Implicit.SUBSCRIPT, value, node, index)
        return reduced

    def index(self, node: cst.Subscript) -> Expression:
        indexes = [self._slice(element.slice) for element in node.slice]
        if len(indexes) == 1:
            return indexes[0]
        return Sequence(Container.TUPLE, tuple(indexes), *self.place(node))

    def _slice(self, node: cst.BaseSlice) -> Expression:
        if isinstance(node, cst.Index):
            return self.reduce(node.value, Usage.OTHER)
        assert isinstance(node, cst.Slice)
        for part in (node.lower, node.upper, node.step):
            if part is not None:
                self.reduce(part, Usage.OTHER)
        return UNKNOWN

    def _await(self, node: cst.Await, _: Usage) -> Expression:
        self.scope.awaits += 1
        value = self.reduce(node.expression, Usage.AWAITED)
        return Await(value, *self.place(node))

    def _yield(self, node: cst.Yield, _: Usage) -> Expression:
        place = self.place(node)
        match node.value:
            case None:
                reduced = Yield(None, False, *place)
            case cst.From(item=item):
                value = self.reduce(item, Usage.YIELDED)
                self.implicit(Implicit.YIELD_FROM, value, item)
                reduced = Yield(value, True, *place)
            case value_node:
                reduced = Yield(self.reduce(value_node, Usage.YIELDED), False, *place)
        self.scope.yields.append(reduced)
        return reduced

    def _conditional(self, node: cst.IfExp, usage: Usage) -> Expression:
        scope = self.scope
        test = self.reduce(node.test, Usage.TESTED)
        guards, before = scope.guards_now, scope.alive
        scope.alive = None if before is None else dict(before)
        scope.guard(test, positive=True)
        self.narrow(test, positive=True)
        then = self.reduce(node.body, usage)
        scope.guards_now, scope.alive = guards, None if before is None else dict(before)
        scope.guard(test, positive=False)
        self.narrow(test, positive=False)
        otherwise = self.reduce(node.orelse, usage)
        scope.guards_now, scope.alive = guards, before
        match constant_truth(test):
            case True:
                return then
            case False:
                return otherwise
        return Conditional(test, then, otherwise)

    def _boolean(self, node: cst.BooleanOperation, usage: Usage) -> Expression:
        scope = self.scope
        is_and = isinstance(node.operator, cst.And)
        operands = [node.right]
        left: cst.BaseExpression = node.left
        while (
            isinstance(left, cst.BooleanOperation)
            and isinstance(left.operator, cst.And) == is_and
            and not left.lpar
        ):
            operands.append(left.right)
            left = left.left
        operands.append(left)
        operands.reverse()
        guards, before = scope.guards_now, scope.alive
        scope.alive = None if before is None else dict(before)
        values = []
        for operand in operands:
            last = operand is operands[-1]
            value = self.reduce(operand, usage if last or usage is Usage.TESTED else Usage.TESTED)
            values.append(value)
            if not last:
                scope.guard(value, positive=is_and)
                self.narrow(value, positive=is_and)
        scope.guards_now, scope.alive = guards, _keep_walrus(before, scope.alive, scope)
        return Boolean("and" if is_and else "or", tuple(values))

    def _binary(self, node: cst.BinaryOperation, _: Usage) -> Expression:
        operands: list[tuple[cst.BinaryOperation, str]] = []
        left: cst.BaseExpression = node
        while isinstance(left, cst.BinaryOperation):
            operands.append((left, OPERATORS[type(left.operator)]))
            left = left.left
        value = self.reduce(left, Usage.OPERAND)
        for part, operator in reversed(operands):
            right = self.reduce(part.right, Usage.OPERAND)
            value = Operation(operator, (value, right), *self.place(part))
            self.implicit(Implicit.OPERATE, value, part)
        return value

    def _unary(self, node: cst.UnaryOperation, _: Usage) -> Expression:
        operator = OPERATORS[type(node.operator)]
        usage = Usage.TESTED if operator == "not" else Usage.OPERAND
        return Operation(operator, (self.reduce(node.expression, usage),), *self.place(node))

    def _comparison(self, node: cst.Comparison, _: Usage) -> Expression:
        operands = [self.reduce(node.left, Usage.COMPARED)]
        operators = []
        for target in node.comparisons:
            operators.append(OPERATORS.get(type(target.operator), "?"))
            operands.append(self.reduce(target.comparator, Usage.COMPARED))
        reduced = Operation(operators[0], tuple(operands), *self.place(node))
        if operators[0] not in ("is", "is not"):
            self.implicit(Implicit.OPERATE, reduced, node)
        return reduced

    def _walrus(self, node: cst.NamedExpr, usage: Usage) -> Expression:
        value = self.reduce(node.value, usage if usage is Usage.AWAITED else Usage.BOUND)
        if isinstance(node.target, cst.Name):
            start, end = self.place(node.target)
            self.scope.bind(node.target.value, BindingKind.ASSIGNED, value, start, end)
            return self.scope.load(node.target.value, usage, start, end)
        return value

    def _lambda(self, node: cst.Lambda, _: Usage) -> Expression:
        scope = self.scope
        parameters = self.parameters(node.params)
        start, end = self.place(node)
        inner = Scope(scope.child_name("<lambda>"), scope)
        self.enter(inner, parameters)
        value = self.reduce(node.body, Usage.RETURNED)
        inner.returns.append(Return(value, *self.place(node.body)))
        self.scope = scope
        self.functions.append(
            FunctionSummary(
                name="<lambda>",
                is_async=False,
                is_generator=bool(inner.yields),
                is_lambda=True,
                decorators=(),
                parameters=parameters,
                returns=None,
                type_parameters=(),
                docstring=False,
                start=start,
                name_start=start,
                name_end=end,
                header_end=start,
                block=inner.finish(trivial=False),
            )
        )
        return FunctionReference(inner.qualname)

    def _list(self, node: cst.List, _: Usage) -> Expression:
        return self._display(Container.LIST, node)

    def _tuple(self, node: cst.Tuple, _: Usage) -> Expression:
        return self._display(Container.TUPLE, node)

    def _set(self, node: cst.Set, _: Usage) -> Expression:
        return self._display(Container.SET, node)

    def _display(self, kind: Container, node: cst.List | cst.Tuple | cst.Set) -> Expression:
        items: list[Expression] = []
        for element in node.elements:
            if isinstance(element, cst.StarredElement):
                value = self.reduce(element.value, Usage.ITERATED)
                self.implicit(Implicit.ITERATE, value, element.value)
                items.append(Starred(value))
            else:
                items.append(self.reduce(element.value, Usage.ELEMENT))
        return Sequence(kind, tuple(items), *self.place(node))

    def _dict(self, node: cst.Dict, _: Usage) -> Expression:
        items: list[tuple[Expression | None, Expression]] = []
        for element in node.elements:
            key = None
            if isinstance(element, cst.DictElement):
                key = self.reduce(element.key, Usage.ELEMENT)
            items.append((key, self.reduce(element.value, Usage.ELEMENT)))
        return Mapping(tuple(items), *self.place(node))

    def _comprehension(self, node: cst.BaseSimpleComp | cst.DictComp, usage: Usage) -> Expression:
        scope = self.scope
        before, guards = scope.alive, scope.guards_now
        first = len(scope.bindings)
        scope.alive = None if before is None else dict(before)
        clause: cst.CompFor | None = node.for_in
        is_async = False
        while clause is not None:
            is_async |= clause.asynchronous is not None
            self._comprehension_clause(clause)
            clause = clause.inner_for_in
        key = None
        if isinstance(node, cst.DictComp):
            key = self.reduce(node.key, Usage.COLLECTED)
            element = self.reduce(node.value, Usage.COLLECTED)
        else:
            dropped = usage is Usage.DISCARDED
            element = self.reduce(node.elt, usage if dropped else Usage.COLLECTED)
        scope.guards_now, scope.alive = guards, before
        if before is not None:  # `:=` binds outside, its loop variables do not
            scope.alive = merge(before, scope.all_bound(first, BindingKind.ASSIGNED))
        return Comprehension(_COMPREHENSIONS[type(node)], element, key, is_async, *self.place(node))

    def _comprehension_clause(self, clause: cst.CompFor) -> None:
        is_async = clause.asynchronous is not None
        usage = Usage.ITERATED_ASYNC if is_async else Usage.ITERATED
        iterated = self.reduce(clause.iter, usage)
        self.iterate(iterated, clause.iter, is_async)
        self.bind_target(clause.target, Item(iterated, is_async), BindingKind.LOOP)
        for condition in clause.ifs:
            test = self.reduce(condition.test, Usage.TESTED)
            self.scope.guard(test, positive=True)
            self.narrow(test, positive=True)

    def _string(self, node: cst.SimpleString, _: Usage) -> Expression:
        start, end = self.place(node)
        value = _string_value(node.value)
        return UNKNOWN if value is None else Literal(value, start, end)

    def _concatenated(self, node: cst.ConcatenatedString, usage: Usage) -> Expression:
        parts: list[Expression] = []
        rest: cst.BaseExpression = node
        while isinstance(rest, cst.ConcatenatedString):
            parts.append(self.reduce(rest.left, usage))
            rest = rest.right
        parts.append(self.reduce(rest, usage))
        start, end = self.place(node)
        values = [part.value for part in parts if isinstance(part, Literal)]
        if len(values) < len(parts):
            return Format(tuple(parts), start, end)
        if all(isinstance(value, str) for value in values):
            return Literal("".join(map(str, values)), start, end)
        if all(isinstance(value, bytes) for value in values):
            return Literal(b"".join(v for v in values if isinstance(v, bytes)), start, end)
        return UNKNOWN

    def _formatted(self, node: cst.FormattedString, _: Usage) -> Expression:
        parts: list[Expression] = []
        self._format_parts(node.parts, parts, self.place(node))
        return Format(tuple(parts), *self.place(node))

    def _format_parts(
        self, nodes: SequenceABC[cst.CSTNode], parts: list[Expression], place: tuple[int, int]
    ) -> None:
        for node in nodes:
            if isinstance(node, cst.FormattedStringText):
                parts.append(Literal(node.value, *place))
                continue
            assert isinstance(node, cst.FormattedStringExpression)
            value = self.reduce(node.expression, Usage.FORMATTED)
            parts.append(value)
            if node.conversion is None and isinstance(value, (Attribute, Call, Name)):
                self.implicit(Implicit.FORMAT, value, node.expression)
            if node.format_spec:
                self._format_parts(node.format_spec, [], place)

    def _number(self, node: cst.Integer | cst.Float | cst.Imaginary, _: Usage) -> Expression:
        text = node.value
        start, end = self.place(node)
        if text.isdecimal() and (text[0] != "0" or text == "0") and len(text) < 100:
            return Literal(int(text), start, end)
        try:
            return Literal(literal_eval(text), start, end)
        except ValueError:  # more digits than Python converts
            return UNKNOWN

    def _ellipsis(self, node: cst.Ellipsis, _: Usage) -> Expression:
        return Literal(None, *self.place(node), ellipsis=True)

    # --- annotations ---

    def annotation(self, node: cst.BaseExpression) -> Expression:
        """A type expression: strings in it are parsed, nothing in it is executed code."""
        match node:
            case cst.SimpleString() | cst.ConcatenatedString():
                return self._quoted_annotation(node)
            case cst.BinaryOperation(operator=cst.BitOr()):
                left, right = self.annotation(node.left), self.annotation(node.right)
                return Operation("|", (left, right), *self.place(node))
            case cst.Subscript():
                return self._subscript_annotation(node)
            case cst.List():
                items = tuple(self.annotation(element.value) for element in node.elements)
                return Sequence(Container.LIST, items, *self.place(node))
        return self.reduce(node, Usage.OTHER)

    def _quoted_annotation(self, node: cst.SimpleString | cst.ConcatenatedString) -> Expression:
        text = node.evaluated_value
        if not isinstance(text, str) or self._quoted is not None:
            return self.reduce(node, Usage.OTHER)
        try:
            parsed = cst.parse_expression(f"({text})")
        except cst.ParserSyntaxError:
            return self.reduce(node, Usage.OTHER)
        self._quoted = self.place(node)
        hooks, self.hooks = self.hooks, {}
        reduced = self.annotation(parsed)
        self._quoted, self.hooks = None, hooks
        return reduced

    def _subscript_annotation(self, node: cst.Subscript) -> Expression:
        value = self.reduce(node.value, Usage.OTHER)
        elements = [element.slice for element in node.slice]
        match value:
            case Name(id="Literal") | Attribute(name="Literal"):
                types = 0
            case Name(id="Annotated") | Attribute(name="Annotated"):
                types = 1
            case _:
                types = len(elements)
        items = [
            self.annotation(element.value)
            if index < types and isinstance(element, cst.Index)
            else self._slice(element)
            for index, element in enumerate(elements)
        ]
        place = self.place(node)
        index = items[0] if len(items) == 1 else Sequence(Container.TUPLE, tuple(items), *place)
        return Subscript(value, index, *place)

    # --- targets ---

    def bind_target(
        self,
        target: cst.BaseExpression,
        value: Expression,
        kind: BindingKind,
        annotation: Expression | None = None,
    ) -> None:
        match target:
            case cst.Name(value=name):
                start, end = self.place(target)
                self.scope.bind(name, kind, value, start, end, annotation)
                if name == "__all__" and self.scope.parent is None:
                    self._note_exports(value)
            case cst.Attribute() | cst.Subscript():
                self._store(target, value, annotation)
            case cst.Tuple(elements=elements) | cst.List(elements=elements):
                starred = False
                for index, element in enumerate(elements):
                    starred = starred or isinstance(element, cst.StarredElement)
                    item = _unpacked(value, None if starred else index)
                    if isinstance(element, cst.StarredElement):
                        place = self.place(element.value)
                        item = Sequence(Container.LIST, (Starred(value),), *place)
                    self.bind_target(element.value, item, BindingKind.UNPACKED)

    def _store(
        self,
        target: cst.Attribute | cst.Subscript,
        value: Expression,
        annotation: Expression | None,
    ) -> None:
        start, end = self.place(target)
        reduced: Attribute | Subscript
        if isinstance(target, cst.Attribute):
            receiver = self.reduce(target.value, Usage.ATTRIBUTE)
            reduced = Attribute(receiver, target.attr.value, start, end)
        else:
            receiver = self.reduce(target.value, Usage.SUBSCRIPTED)
            reduced = Subscript(receiver, self.index(target), start, end)
        self._note_store(reduced, value, annotation, target)

    def _note_store(
        self,
        target: Attribute | Subscript,
        value: Expression,
        annotation: Expression | None,
        node: cst.BaseExpression,
    ) -> None:
        if isinstance(target, Attribute):
            self.implicit(Implicit.SET, target, node)
        else:
            self.implicit(Implicit.SUBSCRIPT_SET, target.value, node)
        self.scope.stores.append(Store(target, value, annotation, target.start, target.end))

    # --- narrowing ---

    def narrow(self, test: Expression, *, positive: bool) -> None:
        """Rebinds the names that `test`, being true or false, says something about."""
        match test:
            case Operation(operator="not", operands=(inner,)):
                self.narrow(inner, positive=not positive)
            case Boolean(operator=operator, values=values):
                if (operator == "and") is positive:
                    for value in values:
                        self.narrow(value, positive=positive)
            case Call(arguments=(Argument(stars=0, value=Name() as name), *_)):
                self._rebind(name, test, positive=positive)

    def _rebind(self, name: Name, test: Call, *, positive: bool) -> None:
        # By convention, functions that tell what a value is are named `is...`.
        match test.callee:
            case Name(id=callee) | Attribute(name=callee) if callee.startswith("is"):
                pass
            case _:
                return
        narrowed = Narrowed(name, test, positive)
        self.scope.bind(name.id, BindingKind.NARROWED, narrowed, name.start, name.end)

    # --- functions ---

    def enter(self, inner: Scope, parameters: tuple[Parameter, ...]) -> None:
        inner.type_checking = self.scope.type_checking
        self.scope = inner
        for index, parameter in enumerate(parameters):
            inner.bind(
                parameter.name,
                BindingKind.PARAMETER,
                ParameterValue(index),
                parameter.start,
                parameter.end,
            )

    def parameters(self, node: cst.Parameters) -> tuple[Parameter, ...]:
        groups: list[tuple[ParameterKind, SequenceABC[Any]]] = [
            (ParameterKind.POSITIONAL_ONLY, node.posonly_params),
            (ParameterKind.STANDARD, node.params),
        ]
        if isinstance(node.star_arg, cst.Param):
            groups.append((ParameterKind.VARIADIC, [node.star_arg]))
        groups.append((ParameterKind.KEYWORD_ONLY, node.kwonly_params))
        if node.star_kwarg is not None:
            groups.append((ParameterKind.KEYWORDS, [node.star_kwarg]))
        return tuple(self._parameter(kind, param) for kind, params in groups for param in params)

    def _parameter(self, kind: ParameterKind, node: cst.Param) -> Parameter:
        if self.hooks:
            self.hook(node)
        annotation = (
            None if node.annotation is None else self.annotation(node.annotation.annotation)
        )
        default = None if node.default is None else self.reduce(node.default, Usage.BOUND)
        return Parameter(node.name.value, kind, annotation, default, *self.place(node.name))

    def iterate(self, iterated: Expression, node: cst.CSTNode, is_async: bool) -> None:
        if is_async:
            self.scope.awaits += 1
        self.implicit(Implicit.ITERATE_ASYNC if is_async else Implicit.ITERATE, iterated, node)

    # --- exports ---

    def _note_exports(self, value: Expression) -> None:
        self.exports = list(texts(value))

    def note_augmented_export(self, node: cst.AugAssign, value: Expression) -> None:
        if isinstance(node.target, cst.Name) and node.target.value == "__all__":
            self._extend_exports(value)

    def note_export_call(self, call: Expression) -> None:
        match call:
            case Call(
                callee=Attribute(value=Name(id="__all__"), name="extend" | "append"),
                arguments=(Argument(value=value),),
            ):
                self._extend_exports(value)

    def _extend_exports(self, value: Expression) -> None:
        if self.exports is not None and self.scope.parent is None:
            self.exports.extend(texts(value))


def usage_for(target: cst.CSTNode) -> Usage:
    """What assigning to a target does with the value."""
    match target:
        case cst.Attribute() | cst.Subscript():
            return Usage.STORED
        case cst.Tuple() | cst.List():
            return Usage.ITERATED
    return Usage.BOUND


def _unpacked(value: Expression, index: int | None) -> Expression:
    match value:
        case Sequence(items=items) if index is not None and index < len(items):
            if not any(isinstance(item, Starred) for item in items[: index + 1]):
                return items[index]
    return Unpacked(value, index)


def _string_value(text: str) -> str | bytes | None:
    if len(text) > LONGEST_TEXT:
        return None
    quote = text[0]
    if "\\" not in text and quote in "\"'":
        width = 3 if text.startswith(quote * 3) and len(text) > 5 else 1
        return text[width:-width]
    value = literal_eval(text.strip())
    return value if isinstance(value, (str, bytes)) else None


def _is_cast(callee: Expression) -> bool:
    """Whether the first argument is a type, which may be quoted."""
    match callee:
        case Name(id="cast") | Attribute(value=Name(id="typing"), name="cast"):
            return True
    return False


def _keep_walrus(
    before: Alive | None,
    after: Alive | None,
    scope: Scope,
) -> Alive | None:
    """What is alive behind `a and b`: narrowing ends there, assignments by `:=` stay."""
    if before is None or after is None or before == after:
        return before
    kept = dict(before)
    for name, definitions in after.items():
        real = tuple(d for d in definitions if scope.bindings[d].kind is not BindingKind.NARROWED)
        if real and kept.get(name) != real:
            kept[name] = kept.get(name, ()) + tuple(d for d in real if d not in kept.get(name, ()))
    return kept


_COMPREHENSIONS: dict[type[cst.CSTNode], Container] = {
    cst.ListComp: Container.LIST,
    cst.SetComp: Container.SET,
    cst.DictComp: Container.DICT,
    cst.GeneratorExp: Container.GENERATOR,
}


_EXPRESSIONS: dict[type[cst.CSTNode], Callable[[Expressions, Any, Usage], Expression]] = {
    cst.Name: Expressions._name,
    cst.Attribute: Expressions._attribute,
    cst.Call: Expressions._call,
    cst.Subscript: Expressions._subscript,
    cst.Await: Expressions._await,
    cst.Yield: Expressions._yield,
    cst.IfExp: Expressions._conditional,
    cst.BooleanOperation: Expressions._boolean,
    cst.BinaryOperation: Expressions._binary,
    cst.UnaryOperation: Expressions._unary,
    cst.Comparison: Expressions._comparison,
    cst.NamedExpr: Expressions._walrus,
    cst.Lambda: Expressions._lambda,
    cst.List: Expressions._list,
    cst.Tuple: Expressions._tuple,
    cst.Set: Expressions._set,
    cst.Dict: Expressions._dict,
    cst.ListComp: Expressions._comprehension,
    cst.SetComp: Expressions._comprehension,
    cst.GeneratorExp: Expressions._comprehension,
    cst.DictComp: Expressions._comprehension,
    cst.SimpleString: Expressions._string,
    cst.ConcatenatedString: Expressions._concatenated,
    cst.FormattedString: Expressions._formatted,
    cst.Integer: Expressions._number,
    cst.Float: Expressions._number,
    cst.Imaginary: Expressions._number,
    cst.Ellipsis: Expressions._ellipsis,
}
