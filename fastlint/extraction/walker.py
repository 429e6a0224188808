"""The single walk over a module's tree: builds the summary and calls the node checks.

Statements are walked in order with the bindings that are alive (`scopes`), expressions
are reduced on the way. Node checks see the nodes that carry meaning (statements,
expressions, handlers, decorators, parameters, arguments), not punctuation.
"""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Callable, Iterable
from collections.abc import Sequence as SequenceABC
from typing import Any

import libcst as cst

from fastlint.extraction.positions import Positions
from fastlint.extraction.scopes import Alive, Scope, bound_names, imported_names, merge
from fastlint.summaries import (
    UNKNOWN,
    Argument,
    Attribute,
    Await,
    BindingKind,
    Boolean,
    Call,
    Caught,
    ClassReference,
    ClassSummary,
    Comprehension,
    Conditional,
    Container,
    Entered,
    Expression,
    For,
    Format,
    FunctionReference,
    FunctionSummary,
    Handler,
    Implicit,
    ImplicitCall,
    Import,
    Item,
    Literal,
    Mapping,
    Name,
    Narrowed,
    Operation,
    Parameter,
    ParameterKind,
    ParameterValue,
    Raise,
    Return,
    Sequence,
    Starred,
    Store,
    Subscript,
    Try,
    Unpacked,
    Usage,
    While,
    With,
    Yield,
)

LONGEST_TEXT = 4000
"""Longer string literals are not kept in the summary."""

NodeHook = Callable[[cst.CSTNode], None]

_OPERATORS: dict[type[cst.CSTNode], str] = {
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


class Walker:
    """Walks one module. `hooks` are called for nodes of their kind, in source order.

    `module` is the dotted name of the module, `is_package` whether it is a package's
    `__init__`; both resolve relative imports.
    """

    def __init__(
        self,
        positions: Positions,
        *,
        module: str,
        is_package: bool,
        hooks: dict[type[cst.CSTNode], list[NodeHook]],
        record_statements: bool,
    ) -> None:
        self.positions = positions
        self.module = module
        self.is_package = is_package
        self.hooks = hooks
        self.statements: list[tuple[int, int]] | None = [] if record_statements else None
        """Start and end of each simple statement and of each compound statement's header."""
        self.scope = Scope("", None)
        self.functions: list[FunctionSummary] = []
        self.classes: list[ClassSummary] = []
        self.star_imports: list[Import] = []
        self.exports: list[str] | None = None
        self.has_main_guard = False
        self._quoted: tuple[int, int] | None = None

    # --- places ---

    def place(self, node: cst.CSTNode) -> tuple[int, int]:
        """Start and end offset of a node; of the string it stands in, for a quoted one."""
        if self._quoted is not None:
            return self._quoted
        return self.positions.start(node), self.positions.end(node)

    def _hook(self, node: cst.CSTNode) -> None:
        for hook in self.hooks.get(type(node), ()):
            hook(node)

    # --- statements ---

    def walk(self, module: cst.Module) -> None:
        """Walks the whole module."""
        self._hook(module)
        self._statements(module.body)

    def suite(self, suite: cst.BaseSuite) -> None:
        """Walks a suite; guards that an early exit leaves behind end with it."""
        guards = self.scope.guards_now
        if isinstance(suite, cst.SimpleStatementSuite):
            self._simple(suite)
        else:
            self._statements(suite.body)
        self.scope.guards_now = guards

    def _statements(self, body: SequenceABC[cst.CSTNode]) -> None:
        scope = self.scope
        for statement in body:
            if scope.alive is None:
                return
            if isinstance(statement, cst.SimpleStatementLine):
                self._simple(statement)
            else:
                if self.hooks:
                    self._hook(statement)
                _STATEMENTS[type(statement)](self, statement)

    def _simple(self, line: cst.SimpleStatementLine | cst.SimpleStatementSuite) -> None:
        if self.statements is not None and isinstance(line, cst.SimpleStatementLine):
            self.statements.append(self.place(line))
        for statement in line.body:
            if self.scope.alive is None:
                return
            if self.hooks:
                self._hook(statement)
            handler = _STATEMENTS.get(type(statement))
            if handler is not None:
                handler(self, statement)

    def _header(self, statement: cst.CSTNode, body: cst.BaseSuite) -> None:
        """Notes the lines of a compound statement's header."""
        if self.statements is None:
            return
        start = self.positions.start(statement)
        for decorator in getattr(statement, "decorators", ()):
            start = min(start, self.positions.start(decorator))
        self.statements.append((start, self.positions.header_end(body)))

    def _expression_statement(self, node: cst.Expr) -> None:
        value = node.value
        if not isinstance(value, (cst.SimpleString, cst.ConcatenatedString, cst.Ellipsis)):
            reduced = self.reduce(value, Usage.DISCARDED)
            self._note_export_call(reduced)
        elif self.hooks:
            self.reduce(value, Usage.DISCARDED)

    def _assign(self, node: cst.Assign) -> None:
        first = node.targets[0].target
        value = self.reduce(node.value, _usage_for(first))
        if isinstance(first, (cst.Tuple, cst.List)) and not isinstance(value, Sequence):
            self._implicit(Implicit.ITERATE, value, node.value)
        for target in node.targets:
            self._bind_target(target.target, value, BindingKind.ASSIGNED)

    def _annotated_assign(self, node: cst.AnnAssign) -> None:
        annotation = self.annotation(node.annotation.annotation)
        if node.value is None:
            if isinstance(node.target, cst.Name):
                self._declare(node.target, annotation)
            elif isinstance(node.target, cst.Attribute):
                self._store(node.target, UNKNOWN, annotation)
            return
        value = self.reduce(node.value, _usage_for(node.target))
        self._bind_target(node.target, value, BindingKind.ASSIGNED, annotation)

    def _declare(self, name: cst.Name, annotation: Expression) -> None:
        before = self.scope.alive.get(name.value) if self.scope.alive is not None else None
        self.scope.bind(
            name.value, BindingKind.DECLARED, UNKNOWN, *self.place(name), annotation=annotation
        )
        if before is not None and self.scope.alive is not None:
            self.scope.alive[name.value] = before + self.scope.alive[name.value]

    def _augmented_assign(self, node: cst.AugAssign) -> None:
        start, end = self.place(node)
        target = self.reduce(node.target, Usage.OPERAND)
        value = self.reduce(node.value, Usage.OPERAND)
        operator = type(node.operator).__name__.removesuffix("Assign")
        symbol = _OPERATORS.get(getattr(cst, operator, cst.CSTNode), operator)
        operation = Operation(symbol, (target, value), start, end)
        self._implicit(Implicit.OPERATE_IN_PLACE, operation, node)
        self._note_augmented_export(node, value)
        if isinstance(node.target, cst.Name):
            self.scope.bind(node.target.value, BindingKind.AUGMENTED, operation, start, end)
        elif isinstance(target, (Attribute, Subscript)):
            self._note_store(target, operation, None, node.target)

    def _delete(self, node: cst.Del) -> None:
        targets: Iterable[cst.BaseExpression] = (
            [element.value for element in node.target.elements]
            if isinstance(node.target, cst.Tuple)
            else [node.target]
        )
        for target in targets:
            if isinstance(target, cst.Name):
                self.scope.load(target.value, Usage.DELETED, *self.place(target))
                if self.scope.alive is not None:
                    self.scope.alive.pop(target.value, None)
            elif isinstance(target, cst.Subscript):
                reduced = self.reduce(target.value, Usage.SUBSCRIPTED)
                self._implicit(Implicit.SUBSCRIPT_DELETE, reduced, target)
            else:
                self.reduce(target, Usage.DELETED)

    def _return(self, node: cst.Return) -> None:
        value = None if node.value is None else self.reduce(node.value, Usage.RETURNED)
        self.scope.returns.append(Return(value, *self.place(node), self.scope.guards_now))
        self.scope.alive = None

    def _raise(self, node: cst.Raise) -> None:
        value = None if node.exc is None else self.reduce(node.exc, Usage.RAISED)
        cause = (
            self.reduce(node.cause.item, Usage.OTHER) if isinstance(node.cause, cst.From) else None
        )
        scope = self.scope
        place = self.place(node)
        scope.raises.append(Raise(value, cause, *place, scope.in_handler, scope.guards_now))
        scope.alive = None

    def _assert(self, node: cst.Assert) -> None:
        test = self.reduce(node.test, Usage.TESTED)
        if node.msg is not None:
            self.reduce(node.msg, Usage.OTHER)
        self._narrow(test, positive=True)
        if isinstance(test, Literal) and test.value is False:
            self.scope.alive = None

    def _break(self, _: cst.Break) -> None:
        if self.scope.loops:
            loop = self.scope.loops[-1]
            loop.breaks = merge(loop.breaks, self.scope.alive)
        self.scope.alive = None

    def _continue(self, _: cst.Continue) -> None:
        if self.scope.loops:
            loop = self.scope.loops[-1]
            loop.continues = merge(loop.continues, self.scope.alive)
        self.scope.alive = None

    def _global(self, node: cst.Global) -> None:
        home = self.scope
        while home.parent is not None:
            home = home.parent
        if home is not self.scope:
            for item in node.names:
                self.scope.declared[item.name.value] = home

    def _nonlocal(self, node: cst.Nonlocal) -> None:
        for item in node.names:
            name = item.name.value
            home = self.scope.parent
            while home is not None and (
                home.is_class or not (home.alive is None or name in home.alive)
            ):
                home = home.parent
            if home is not None:
                self.scope.declared[name] = home

    def _type_alias(self, node: cst.TypeAlias) -> None:
        value = self.annotation(node.value)
        self.scope.bind(node.name.value, BindingKind.ASSIGNED, value, *self.place(node.name))

    # --- imports ---

    def _import(self, node: cst.Import) -> None:
        for alias in node.names:
            dotted = _dotted(alias.name)
            start, end = self.place(alias)
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                name, value = alias.asname.name.value, Import(dotted, None, 0, start, end)
            else:
                name = dotted.partition(".")[0]
                value = Import(name, None, 0, start, end, dotted)
            self.scope.bind(name, BindingKind.IMPORT, value, start, end)

    def _import_from(self, node: cst.ImportFrom) -> None:
        level = len(node.relative)
        module = self._absolute(level, _dotted(node.module) if node.module is not None else "")
        start, end = self.place(node)
        if isinstance(node.names, cst.ImportStar):
            self.star_imports.append(Import(module, "*", level, start, end))
            return
        for alias, bound in zip(node.names, imported_names(node), strict=True):
            start, end = self.place(alias)
            value = Import(module, _dotted(alias.name), level, start, end)
            self.scope.bind(bound, BindingKind.IMPORT, value, start, end)

    def _absolute(self, level: int, module: str) -> str:
        if level == 0:
            return module
        parts = self.module.split(".")
        keep = len(parts) - level + (1 if self.is_package else 0)
        package = parts[: max(0, keep)]
        return ".".join([*package, module] if module else package)

    # --- compound statements ---

    def _if(self, node: cst.If) -> None:
        scope = self.scope
        self._header(node, node.body)
        test = self.reduce(node.test, Usage.TESTED)
        truth = _truth(test)
        self.has_main_guard |= _is_main_guard(test)
        before = scope.alive
        guards = scope.guards_now
        after_then = self._branch(node.body, test, before, positive=True, truth=truth)
        scope.guards_now = guards
        after_else = self._otherwise(node.orelse, test, before, truth)
        scope.guards_now = guards
        scope.alive = merge(after_then, after_else)
        if scope.alive is None:
            return
        if after_then is None:
            scope.guard(test, positive=False)
        elif after_else is None:
            scope.guard(test, positive=True)

    def _branch(
        self,
        body: cst.BaseSuite,
        test: Expression,
        before: Alive | None,
        *,
        positive: bool,
        truth: bool | None,
    ) -> Alive | None:
        scope = self.scope
        if before is None or (truth is not None and truth is not positive):
            return None
        scope.alive = dict(before)
        checking = scope.type_checking
        scope.type_checking = checking or _is_type_checking(test, positive=positive)
        scope.guard(test, positive=positive)
        self._narrow(test, positive=positive)
        self.suite(body)
        scope.type_checking = checking
        return scope.alive

    def _otherwise(
        self,
        orelse: cst.If | cst.Else | None,
        test: Expression,
        before: Alive | None,
        truth: bool | None,
    ) -> Alive | None:
        scope = self.scope
        if isinstance(orelse, cst.Else):
            return self._branch(orelse.body, test, before, positive=False, truth=truth)
        if before is None or truth is True:
            return None
        scope.alive = dict(before)
        self._narrow(test, positive=False)
        if isinstance(orelse, cst.If):
            scope.guard(test, positive=False)
            if self.hooks:
                self._hook(orelse)
            self._if(orelse)
        return scope.alive

    def _while(self, node: cst.While) -> None:
        scope = self.scope
        self._header(node, node.body)
        loop = scope.open_loop(bound_names(node.body), self.place(node)[0])
        test = self.reduce(node.test, Usage.TESTED)
        before = scope.alive
        guards = scope.guards_now
        self._branch(node.body, test, before, positive=True, truth=_truth(test))
        scope.close_loop(loop)
        scope.whiles.append(While(test, *self.place(node)))
        scope.guards_now = guards
        scope.alive = None if _truth(test) is True or before is None else dict(before)
        if scope.alive is not None:
            self._narrow(test, positive=False)
        self._loop_else(node.orelse)
        scope.alive = merge(scope.alive, loop.breaks)

    def _for(self, node: cst.For) -> None:
        scope = self.scope
        self._header(node, node.body)
        is_async = node.asynchronous is not None
        iterated = self.reduce(node.iter, Usage.ITERATED_ASYNC if is_async else Usage.ITERATED)
        self._iterate(iterated, node.iter, is_async)
        loop = scope.open_loop(bound_names(node.body), self.place(node)[0])
        before = scope.alive
        if before is not None:
            scope.alive = dict(before)
            self._bind_target(node.target, Item(iterated, is_async), BindingKind.LOOP)
            self.suite(node.body)
        scope.close_loop(loop)
        start, end = self.place(node)
        header_end = self.place(node.iter)[1]
        scope.fors.append(For(_is_plain(node.body), start, header_end, end, scope.guards_now))
        scope.alive = merge(before, merge(scope.alive, loop.continues))
        self._loop_else(node.orelse)
        scope.alive = merge(scope.alive, loop.breaks)

    def _loop_else(self, orelse: cst.Else | None) -> None:
        if orelse is not None and self.scope.alive is not None:
            self.suite(orelse.body)

    def _iterate(self, iterated: Expression, node: cst.CSTNode, is_async: bool) -> None:
        if is_async:
            self.scope.awaits += 1
        self._implicit(Implicit.ITERATE_ASYNC if is_async else Implicit.ITERATE, iterated, node)

    def _with(self, node: cst.With) -> None:
        scope = self.scope
        self._header(node, node.body)
        is_async = node.asynchronous is not None
        values = []
        for item in node.items:
            if self.hooks:
                self._hook(item)
            if is_async:
                scope.awaits += 1
            usage = Usage.ENTERED_ASYNC if is_async else Usage.ENTERED
            value = self.reduce(item.item, usage)
            values.append(value)
            kind = Implicit.ENTER_ASYNC if is_async else Implicit.ENTER
            self._implicit(kind, value, item.item)
            if item.asname is not None:
                entered = Entered(value, is_async)
                self._bind_target(item.asname.name, entered, BindingKind.WITH)
        before = scope.alive
        first = len(scope.bindings)
        scope.alive = None if before is None else dict(before)
        self.suite(node.body)
        scope.withs.append(With(tuple(values), is_async, *self.place(node)))
        if scope.alive is None and before is not None:
            # The context manager may swallow an exception (contextlib.suppress).
            scope.alive = merge(before, scope.all_bound(first))

    def _try(self, node: cst.Try | cst.TryStar) -> None:
        scope = self.scope
        self._header(node, node.body)
        before = scope.alive
        if before is None:
            return
        first_binding, first_call = len(scope.bindings), len(scope.calls)
        scope.alive = dict(before)
        self.suite(node.body)
        after: Alive | None = scope.alive
        last_call = len(scope.calls)
        raised = merge(merge(before, after), scope.all_bound(first_binding))
        if node.orelse is not None and after is not None:
            self.suite(node.orelse.body)
            after = scope.alive
        handlers = []
        for handler in node.handlers:
            scope.alive = dict(raised or {})
            handlers.append(self._handler(handler, first_call, last_call))
            after = merge(after, scope.alive)
        start, end = self.place(node)
        body_end, has_finally = self.place(node.body)[1], node.finalbody is not None
        scope.tries.append(Try(tuple(handlers), has_finally, start, body_end, end))
        scope.alive = after
        if node.finalbody is None:
            return
        if after is None:
            scope.alive = dict(raised or {})
        self.suite(node.finalbody.body)
        if after is None:
            scope.alive = None

    def _handler(
        self, node: cst.ExceptHandler | cst.ExceptStarHandler, first: int, last: int
    ) -> Handler:
        scope = self.scope
        if self.hooks:
            self._hook(node)
        self._header(node, node.body)
        guards, in_handler = scope.guards_now, scope.in_handler
        types = UNKNOWN if node.type is None else self.reduce(node.type, Usage.OTHER)
        scope.guard_handler(types, first, last)
        scope.in_handler = True
        if node.name is not None and isinstance(node.name.name, cst.Name):
            name = node.name.name
            scope.bind(name.value, BindingKind.EXCEPT, Caught(types), *self.place(name))
        guard = len(scope.guards) - 1
        self.suite(node.body)
        scope.guards_now, scope.in_handler = guards, in_handler
        written = None if node.type is None else types
        return Handler(written, guard, scope.alive is None, *self.place(node))

    def _match(self, node: cst.Match) -> None:
        scope = self.scope
        subject = self.reduce(node.subject, Usage.OTHER)
        before = scope.alive
        after: Alive | None = None
        exhaustive = False
        for case in node.cases:
            if self.hooks:
                self._hook(case)
            scope.alive = None if before is None else dict(before)
            guards = scope.guards_now
            self._pattern(case.pattern, subject)
            if case.guard is not None:
                test = self.reduce(case.guard, Usage.TESTED)
                scope.guard(test, positive=True)
                self._narrow(test, positive=True)
            elif _irrefutable(case.pattern):
                exhaustive = True
            self.suite(case.body)
            scope.guards_now = guards
            after = merge(after, scope.alive)
        scope.alive = after if exhaustive else merge(after, before)

    def _pattern(self, pattern: cst.CSTNode | None, subject: Expression) -> None:
        """Binds what a pattern captures; a class pattern narrows its subject."""
        match pattern:
            case cst.MatchAs(pattern=inner, name=name):
                if inner is not None:
                    self._pattern(inner, subject)
                if name is not None:
                    value = self._pattern_value(inner, subject)
                    self.scope.bind(name.value, BindingKind.PATTERN, value, *self.place(name))
            case cst.MatchClass():
                narrowed = self._pattern_value(pattern, subject)
                if isinstance(subject, Name) and isinstance(narrowed, Narrowed):
                    self.scope.bind(
                        subject.id, BindingKind.NARROWED, narrowed, subject.start, subject.end
                    )
                for positional in pattern.patterns:
                    self._pattern(positional.value, UNKNOWN)
                for keyword in pattern.kwds:
                    attribute = Attribute(narrowed, keyword.key.value, *self.place(keyword.key))
                    self._pattern(keyword.pattern, attribute)
            case cst.MatchOr(patterns=patterns):
                for option in patterns:
                    self._pattern(option.pattern, subject)
            case cst.MatchSequence():
                for index, element in enumerate(pattern.patterns):
                    if isinstance(element, cst.MatchStar):
                        if element.name is not None:
                            self.scope.bind(
                                element.name.value,
                                BindingKind.PATTERN,
                                UNKNOWN,
                                *self.place(element.name),
                            )
                    else:
                        self._pattern(element.value, Unpacked(subject, index))
            case cst.MatchMapping(elements=elements, rest=rest):
                for item in elements:
                    self._pattern(item.pattern, UNKNOWN)
                if rest is not None:
                    self.scope.bind(rest.value, BindingKind.PATTERN, UNKNOWN, *self.place(rest))

    def _pattern_value(self, pattern: cst.CSTNode | None, subject: Expression) -> Expression:
        if not isinstance(pattern, cst.MatchClass):
            return subject
        cls = self.reduce(pattern.cls, Usage.OTHER)
        start, end = self.place(pattern.cls)
        arguments = (Argument(None, 0, subject, start), Argument(None, 0, cls, start))
        test = Call(Name("isinstance", (), start, end), arguments, Usage.TESTED, start, end)
        return Narrowed(subject, test, positive=True)

    # --- definitions ---

    def _function(self, node: cst.FunctionDef) -> None:
        scope = self.scope
        self._header(node, node.body)
        decorators = tuple(self._decorator(decorator) for decorator in node.decorators)
        type_parameters = _type_parameters(node.type_parameters)
        parameters = self._parameters(node.params)
        returns = None if node.returns is None else self.annotation(node.returns.annotation)
        start, _ = self.place(node)
        name_start, name_end = self.place(node.name)
        qualname = scope.child_name(node.name.value)
        inner = Scope(qualname, scope, is_coroutine=node.asynchronous is not None)
        self._enter(inner, parameters)
        self.suite(node.body)
        self.scope = scope
        body = _without_docstring(node.body)
        self.functions.append(
            FunctionSummary(
                name=node.name.value,
                is_async=node.asynchronous is not None,
                is_generator=bool(inner.yields),
                is_lambda=False,
                decorators=decorators,
                parameters=parameters,
                returns=returns,
                type_parameters=type_parameters,
                docstring=len(body) < len(node.body.body),
                start=start,
                name_start=name_start,
                name_end=name_end,
                header_end=self.positions.header_end(node.body),
                block=inner.finish(trivial=_is_trivial(body)),
            )
        )
        reference = FunctionReference(qualname)
        scope.bind(node.name.value, BindingKind.FUNCTION, reference, name_start, name_end)

    def _enter(self, inner: Scope, parameters: tuple[Parameter, ...]) -> None:
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

    def _decorator(self, node: cst.Decorator) -> Expression:
        if self.hooks:
            self._hook(node)
        return self.reduce(node.decorator, Usage.CALLED)

    def _parameters(self, node: cst.Parameters) -> tuple[Parameter, ...]:
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
            self._hook(node)
        annotation = (
            None if node.annotation is None else self.annotation(node.annotation.annotation)
        )
        default = None if node.default is None else self.reduce(node.default, Usage.BOUND)
        return Parameter(node.name.value, kind, annotation, default, *self.place(node.name))

    def _class(self, node: cst.ClassDef) -> None:
        scope = self.scope
        self._header(node, node.body)
        decorators = tuple(self._decorator(decorator) for decorator in node.decorators)
        type_parameters = _type_parameters(node.type_parameters)
        bases = tuple(self.annotation(base.value) for base in node.bases)
        keywords = tuple(
            (keyword.keyword.value, self.reduce(keyword.value, Usage.PASSED))
            for keyword in node.keywords
            if keyword.keyword is not None
        )
        start, _ = self.place(node)
        name_start, name_end = self.place(node.name)
        inner = Scope(scope.child_name(node.name.value), scope, is_class=True)
        inner.type_checking = scope.type_checking
        self.scope = inner
        self.suite(node.body)
        self.scope = scope
        self.classes.append(
            ClassSummary(
                name=node.name.value,
                bases=bases,
                keywords=keywords,
                decorators=decorators,
                type_parameters=type_parameters,
                start=start,
                name_start=name_start,
                name_end=name_end,
                block=inner.finish(trivial=_is_trivial(_without_docstring(node.body))),
            )
        )
        reference = ClassReference(inner.qualname)
        scope.bind(node.name.value, BindingKind.CLASS, reference, name_start, name_end)

    # --- targets ---

    def _bind_target(
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
                    self._bind_target(element.value, item, BindingKind.UNPACKED)

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
            reduced = Subscript(receiver, self._index(target), start, end)
        self._note_store(reduced, value, annotation, target)

    def _note_store(
        self,
        target: Attribute | Subscript,
        value: Expression,
        annotation: Expression | None,
        node: cst.BaseExpression,
    ) -> None:
        if isinstance(target, Attribute):
            self._implicit(Implicit.SET, target, node)
        else:
            self._implicit(Implicit.SUBSCRIPT_SET, target.value, node)
        self.scope.stores.append(Store(target, value, annotation, target.start, target.end))

    # --- narrowing ---

    def _narrow(self, test: Expression, *, positive: bool) -> None:
        """Rebinds the names that `test`, being true or false, says something about."""
        match test:
            case Operation(operator="not", operands=(inner,)):
                self._narrow(inner, positive=not positive)
            case Boolean(operator=operator, values=values):
                if (operator == "and") is positive:
                    for value in values:
                        self._narrow(value, positive=positive)
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

    # --- exports ---

    def _note_exports(self, value: Expression) -> None:
        self.exports = list(_texts(value))

    def _note_augmented_export(self, node: cst.AugAssign, value: Expression) -> None:
        if isinstance(node.target, cst.Name) and node.target.value == "__all__":
            self._extend_exports(value)

    def _note_export_call(self, call: Expression) -> None:
        match call:
            case Call(
                callee=Attribute(value=Name(id="__all__"), name="extend" | "append"),
                arguments=(Argument(value=value),),
            ):
                self._extend_exports(value)

    def _extend_exports(self, value: Expression) -> None:
        if self.exports is not None and self.scope.parent is None:
            self.exports.extend(_texts(value))

    # --- expressions ---

    def reduce(self, node: cst.BaseExpression, usage: Usage) -> Expression:
        """The reduced expression of `node`, whose value is used as `usage` says."""
        if self.hooks:
            self._hook(node)
        handler = _EXPRESSIONS.get(type(node))
        return UNKNOWN if handler is None else handler(self, node, usage)

    def _implicit(self, kind: Implicit, receiver: Expression, node: cst.CSTNode) -> None:
        scope = self.scope
        if scope.type_checking or self._quoted is not None:
            return
        scope.implicit.append(ImplicitCall(kind, receiver, *self.place(node), scope.guards_now))

    def _name(self, node: cst.Name, usage: Usage) -> Expression:
        start, end = self.place(node)
        match node.value:
            case "None":
                return Literal(None, start, end)
            case "True":
                return Literal(True, start, end)
            case "False":
                return Literal(False, start, end)
        return self.scope.load(node.value, usage, start, end)

    def _attribute(self, node: cst.Attribute, usage: Usage) -> Expression:
        value = self.reduce(node.value, Usage.ATTRIBUTE)
        start, end = self.place(node)
        reduced = Attribute(value, node.attr.value, start, end)
        scope = self.scope
        if usage is not Usage.CALLED and not scope.type_checking and self._quoted is None:
            scope.implicit.append(ImplicitCall(Implicit.GET, reduced, start, end, scope.guards_now))
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
            self._hook(node)
        if is_type and isinstance(node.value, cst.SimpleString):
            value = self._quoted_annotation(node.value)
        else:
            value = self.reduce(node.value, Usage.PASSED)
        name = None if node.keyword is None else node.keyword.value
        return Argument(name, len(node.star), value, self.place(node)[0])

    def _subscript(self, node: cst.Subscript, usage: Usage) -> Expression:
        value = self.reduce(node.value, Usage.SUBSCRIPTED)
        index = self._index(node)
        reduced = Subscript(value, index, *self.place(node))
        self._implicit(Implicit.SUBSCRIPT, value, node)
        return reduced

    def _index(self, node: cst.Subscript) -> Expression:
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
                self._implicit(Implicit.YIELD_FROM, value, item)
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
        self._narrow(test, positive=True)
        then = self.reduce(node.body, usage)
        scope.guards_now, scope.alive = guards, None if before is None else dict(before)
        scope.guard(test, positive=False)
        self._narrow(test, positive=False)
        otherwise = self.reduce(node.orelse, usage)
        scope.guards_now, scope.alive = guards, before
        match _truth(test):
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
                self._narrow(value, positive=is_and)
        scope.guards_now, scope.alive = guards, _keep_walrus(before, scope.alive, scope)
        return Boolean("and" if is_and else "or", tuple(values))

    def _binary(self, node: cst.BinaryOperation, _: Usage) -> Expression:
        operands: list[tuple[cst.BinaryOperation, str]] = []
        left: cst.BaseExpression = node
        while isinstance(left, cst.BinaryOperation):
            operands.append((left, _OPERATORS[type(left.operator)]))
            left = left.left
        value = self.reduce(left, Usage.OPERAND)
        for part, operator in reversed(operands):
            right = self.reduce(part.right, Usage.OPERAND)
            value = Operation(operator, (value, right), *self.place(part))
            self._implicit(Implicit.OPERATE, value, part)
        return value

    def _unary(self, node: cst.UnaryOperation, _: Usage) -> Expression:
        operator = _OPERATORS[type(node.operator)]
        usage = Usage.TESTED if operator == "not" else Usage.OPERAND
        return Operation(operator, (self.reduce(node.expression, usage),), *self.place(node))

    def _comparison(self, node: cst.Comparison, _: Usage) -> Expression:
        operands = [self.reduce(node.left, Usage.COMPARED)]
        operators = []
        for target in node.comparisons:
            operators.append(_OPERATORS.get(type(target.operator), "?"))
            operands.append(self.reduce(target.comparator, Usage.COMPARED))
        reduced = Operation(operators[0], tuple(operands), *self.place(node))
        if operators[0] not in ("is", "is not"):
            self._implicit(Implicit.OPERATE, reduced, node)
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
        parameters = self._parameters(node.params)
        start, end = self.place(node)
        inner = Scope(scope.child_name("<lambda>"), scope)
        self._enter(inner, parameters)
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
                self._implicit(Implicit.ITERATE, value, element.value)
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
        self._iterate(iterated, clause.iter, is_async)
        self._bind_target(clause.target, Item(iterated, is_async), BindingKind.LOOP)
        for condition in clause.ifs:
            test = self.reduce(condition.test, Usage.TESTED)
            self.scope.guard(test, positive=True)
            self._narrow(test, positive=True)

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
            parts.append(self.reduce(node.expression, Usage.FORMATTED))
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


# --- small facts about nodes ---------------------------------------------------------


def _usage_for(target: cst.CSTNode) -> Usage:
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


def _dotted(node: cst.BaseExpression) -> str:
    parts = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    return ".".join(reversed(parts))


def _truth(test: Expression) -> bool | None:
    """What a constant test comes to; None where it depends."""
    match test:
        case Literal(value=bool() | int() | None as value, ellipsis=False):
            return bool(value)
        case Operation(operator="not", operands=(inner,)):
            truth = _truth(inner)
            return None if truth is None else not truth
        case Boolean(operator=operator, values=values):
            truths = set(map(_truth, values))
            decisive = operator == "or"
            if decisive in truths:
                return decisive
            return None if None in truths else not decisive
    return None


def _is_plain(body: cst.BaseSuite) -> bool:
    """Whether a suite is expressions, assignments and conditions on them, without jumps."""
    lines = body.body if isinstance(body, cst.IndentedBlock) else (body,)
    return all(map(_is_plain_statement, lines))


def _is_plain_statement(line: cst.CSTNode) -> bool:
    match line:
        case cst.SimpleStatementLine() | cst.SimpleStatementSuite():
            plain = (cst.AnnAssign, cst.Assign, cst.AugAssign, cst.Expr, cst.Pass)
            return all(isinstance(one, plain) for one in line.body)
        case cst.If(body=body, orelse=orelse):
            return _is_plain(body) and (orelse is None or _is_plain_statement(orelse))
        case cst.Else(body=body):
            return _is_plain(body)
    return False


def _is_type_checking(test: Expression, *, positive: bool) -> bool:
    match test:
        case Name(id="TYPE_CHECKING") | Attribute(name="TYPE_CHECKING"):
            return positive
        case Operation(operator="not", operands=(inner,)):
            return _is_type_checking(inner, positive=not positive)
    return False


def _is_main_guard(test: Expression) -> bool:
    match test:
        case Operation(operator="==", operands=(Name(id="__name__"), Literal(value="__main__"))):
            return True
        case Operation(operator="==", operands=(Literal(value="__main__"), Name(id="__name__"))):
            return True
    return False


def _irrefutable(pattern: cst.CSTNode) -> bool:
    match pattern:
        case cst.MatchAs(pattern=None):
            return True
        case cst.MatchAs(pattern=inner) if inner is not None:
            return _irrefutable(inner)
    return False


def _type_parameters(node: cst.TypeParameters | None) -> tuple[str, ...]:
    if node is None:
        return ()
    return tuple(item.param.name.value for item in node.params)


def _without_docstring(suite: cst.BaseSuite) -> list[cst.CSTNode]:
    body: list[cst.CSTNode] = list(suite.body)
    match body[:1]:
        case [cst.SimpleStatementLine(body=[cst.Expr(value=value)])]:
            if isinstance(value, (cst.SimpleString, cst.ConcatenatedString)):
                return body[1:]
    return body


def _is_trivial(body: list[cst.CSTNode]) -> bool:
    return all(_is_trivial_statement(statement) for statement in body)


def _is_trivial_statement(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=parts):
            return all(map(_is_trivial_statement, parts))
        case cst.Pass() | cst.Expr(value=cst.Ellipsis()):
            return True
        case cst.Raise(exc=cst.Name(value="NotImplementedError")):
            return True
        case cst.Raise(exc=cst.Call(func=cst.Name(value="NotImplementedError"))):
            return True
    return False


def _string_value(text: str) -> str | bytes | None:
    if len(text) > LONGEST_TEXT:
        return None
    quote = text[0]
    if "\\" not in text and quote in "\"'":
        width = 3 if text.startswith(quote * 3) and len(text) > 5 else 1
        return text[width:-width]
    value = literal_eval(text.strip())
    return value if isinstance(value, (str, bytes)) else None


def _texts(value: Expression) -> Iterable[str]:
    match value:
        case Sequence(items=items):
            for item in items:
                yield from _texts(item)
        case Operation(operator="+", operands=operands):
            for operand in operands:
                yield from _texts(operand)
        case Literal(value=str() as text):
            yield text


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

_STATEMENTS: dict[type[cst.CSTNode], Callable[[Walker, Any], None]] = {
    cst.Expr: Walker._expression_statement,
    cst.Assign: Walker._assign,
    cst.AnnAssign: Walker._annotated_assign,
    cst.AugAssign: Walker._augmented_assign,
    cst.Del: Walker._delete,
    cst.Return: Walker._return,
    cst.Raise: Walker._raise,
    cst.Assert: Walker._assert,
    cst.Break: Walker._break,
    cst.Continue: Walker._continue,
    cst.Global: Walker._global,
    cst.Nonlocal: Walker._nonlocal,
    cst.TypeAlias: Walker._type_alias,
    cst.Import: Walker._import,
    cst.ImportFrom: Walker._import_from,
    cst.If: Walker._if,
    cst.While: Walker._while,
    cst.For: Walker._for,
    cst.With: Walker._with,
    cst.Try: Walker._try,
    cst.TryStar: Walker._try,
    cst.Match: Walker._match,
    cst.FunctionDef: Walker._function,
    cst.ClassDef: Walker._class,
}

_EXPRESSIONS: dict[type[cst.CSTNode], Callable[[Walker, Any, Usage], Expression]] = {
    cst.Name: Walker._name,
    cst.Attribute: Walker._attribute,
    cst.Call: Walker._call,
    cst.Subscript: Walker._subscript,
    cst.Await: Walker._await,
    cst.Yield: Walker._yield,
    cst.IfExp: Walker._conditional,
    cst.BooleanOperation: Walker._boolean,
    cst.BinaryOperation: Walker._binary,
    cst.UnaryOperation: Walker._unary,
    cst.Comparison: Walker._comparison,
    cst.NamedExpr: Walker._walrus,
    cst.Lambda: Walker._lambda,
    cst.List: Walker._list,
    cst.Tuple: Walker._tuple,
    cst.Set: Walker._set,
    cst.Dict: Walker._dict,
    cst.ListComp: Walker._comprehension,
    cst.SetComp: Walker._comprehension,
    cst.GeneratorExp: Walker._comprehension,
    cst.DictComp: Walker._comprehension,
    cst.SimpleString: Walker._string,
    cst.ConcatenatedString: Walker._concatenated,
    cst.FormattedString: Walker._formatted,
    cst.Integer: Walker._number,
    cst.Float: Walker._number,
    cst.Imaginary: Walker._number,
    cst.Ellipsis: Walker._ellipsis,
}
