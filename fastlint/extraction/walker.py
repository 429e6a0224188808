"""The single walk over a module's tree: builds the summary and calls the node checks.

Statements are walked in order with the bindings that are alive (`scopes`), expressions
are reduced on the way. Node checks see the nodes that carry meaning (statements,
expressions, handlers, decorators, parameters, arguments), not punctuation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Sequence as SequenceABC
from typing import Any

import libcst as cst

from fastlint.extraction.expressions import OPERATORS, Expressions, NodeHook, usage_for
from fastlint.extraction.positions import Positions
from fastlint.extraction.scopes import Alive, Scope, bound_names, imported_names, merge
from fastlint.extraction.syntax import (
    constant_truth,
    dotted_name,
    is_irrefutable,
    is_main_guard,
    is_plain,
    is_trivial,
    is_type_checking,
    type_parameter_names,
    without_docstring,
)
from fastlint.summaries import (
    UNKNOWN,
    Argument,
    Attribute,
    BindingKind,
    Call,
    Caught,
    ClassReference,
    ClassSummary,
    Entered,
    Expression,
    For,
    FunctionReference,
    FunctionSummary,
    Handler,
    Implicit,
    Import,
    Item,
    Literal,
    Name,
    Narrowed,
    Operation,
    Raise,
    Return,
    Sequence,
    Subscript,
    Try,
    Unpacked,
    Usage,
    While,
    With,
)


class Walker(Expressions):
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
        super().__init__(positions, hooks)
        self.module = module
        self.is_package = is_package
        self.statements: list[tuple[int, int]] | None = [] if record_statements else None
        """Start and end of each simple statement and of each compound statement's header."""
        self.classes: list[ClassSummary] = []
        self.star_imports: list[Import] = []
        self.has_main_guard = False

    # --- statements ---

    def walk(self, module: cst.Module) -> None:
        """Walks the whole module."""
        self.hook(module)
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
                    self.hook(statement)
                _STATEMENTS[type(statement)](self, statement)

    def _simple(self, line: cst.SimpleStatementLine | cst.SimpleStatementSuite) -> None:
        if self.statements is not None and isinstance(line, cst.SimpleStatementLine):
            self.statements.append(self.place(line))
        for statement in line.body:
            if self.scope.alive is None:
                return
            if self.hooks:
                self.hook(statement)
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
            self.note_export_call(reduced)
        elif self.hooks:
            self.reduce(value, Usage.DISCARDED)

    def _assign(self, node: cst.Assign) -> None:
        first = node.targets[0].target
        value = self.reduce(node.value, usage_for(first))
        if isinstance(first, (cst.Tuple, cst.List)) and not isinstance(value, Sequence):
            self.implicit(Implicit.ITERATE, value, node.value)
        for target in node.targets:
            self.bind_target(target.target, value, BindingKind.ASSIGNED)

    def _annotated_assign(self, node: cst.AnnAssign) -> None:
        annotation = self.annotation(node.annotation.annotation)
        if node.value is None:
            if isinstance(node.target, cst.Name):
                self._declare(node.target, annotation)
            elif isinstance(node.target, cst.Attribute):
                self._store(node.target, UNKNOWN, annotation)
            return
        value = self.reduce(node.value, usage_for(node.target))
        self.bind_target(node.target, value, BindingKind.ASSIGNED, annotation)

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
        symbol = OPERATORS.get(getattr(cst, operator, cst.CSTNode), operator)
        operation = Operation(symbol, (target, value), start, end)
        self.implicit(Implicit.OPERATE_IN_PLACE, operation, node)
        self.note_augmented_export(node, value)
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
                self.implicit(Implicit.SUBSCRIPT_DELETE, reduced, target)
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
        self.narrow(test, positive=True)
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
            dotted = dotted_name(alias.name)
            start, end = self.place(alias)
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                name, value = alias.asname.name.value, Import(dotted, None, 0, start, end)
            else:
                name = dotted.partition(".")[0]
                value = Import(name, None, 0, start, end, dotted)
            self.scope.bind(name, BindingKind.IMPORT, value, start, end)

    def _import_from(self, node: cst.ImportFrom) -> None:
        level = len(node.relative)
        module = self._absolute(level, dotted_name(node.module) if node.module is not None else "")
        start, end = self.place(node)
        if isinstance(node.names, cst.ImportStar):
            self.star_imports.append(Import(module, "*", level, start, end))
            return
        for alias, bound in zip(node.names, imported_names(node), strict=True):
            start, end = self.place(alias)
            value = Import(module, dotted_name(alias.name), level, start, end)
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
        truth = constant_truth(test)
        self.has_main_guard |= is_main_guard(test)
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
        scope.type_checking = checking or is_type_checking(test, positive=positive)
        scope.guard(test, positive=positive)
        self.narrow(test, positive=positive)
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
        self.narrow(test, positive=False)
        if isinstance(orelse, cst.If):
            scope.guard(test, positive=False)
            if self.hooks:
                self.hook(orelse)
            self._if(orelse)
        return scope.alive

    def _while(self, node: cst.While) -> None:
        scope = self.scope
        self._header(node, node.body)
        loop = scope.open_loop(bound_names(node.body), self.place(node)[0])
        test = self.reduce(node.test, Usage.TESTED)
        before = scope.alive
        guards = scope.guards_now
        self._branch(node.body, test, before, positive=True, truth=constant_truth(test))
        scope.close_loop(loop)
        scope.whiles.append(While(test, *self.place(node)))
        scope.guards_now = guards
        scope.alive = None if constant_truth(test) is True or before is None else dict(before)
        if scope.alive is not None:
            self.narrow(test, positive=False)
        self._loop_else(node.orelse)
        scope.alive = merge(scope.alive, loop.breaks)

    def _for(self, node: cst.For) -> None:
        scope = self.scope
        self._header(node, node.body)
        is_async = node.asynchronous is not None
        iterated = self.reduce(node.iter, Usage.ITERATED_ASYNC if is_async else Usage.ITERATED)
        self.iterate(iterated, node.iter, is_async)
        loop = scope.open_loop(bound_names(node.body), self.place(node)[0])
        before = scope.alive
        if before is not None:
            scope.alive = dict(before)
            self.bind_target(node.target, Item(iterated, is_async), BindingKind.LOOP)
            self.suite(node.body)
        scope.close_loop(loop)
        start, end = self.place(node)
        header_end = self.place(node.iter)[1]
        scope.fors.append(For(is_plain(node.body), start, header_end, end, scope.guards_now))
        scope.alive = merge(before, merge(scope.alive, loop.continues))
        self._loop_else(node.orelse)
        scope.alive = merge(scope.alive, loop.breaks)

    def _loop_else(self, orelse: cst.Else | None) -> None:
        if orelse is not None and self.scope.alive is not None:
            self.suite(orelse.body)

    def _with(self, node: cst.With) -> None:
        scope = self.scope
        self._header(node, node.body)
        is_async = node.asynchronous is not None
        values = []
        for item in node.items:
            if self.hooks:
                self.hook(item)
            if is_async:
                scope.awaits += 1
            usage = Usage.ENTERED_ASYNC if is_async else Usage.ENTERED
            value = self.reduce(item.item, usage)
            values.append(value)
            kind = Implicit.ENTER_ASYNC if is_async else Implicit.ENTER
            self.implicit(kind, value, item.item)
            if item.asname is not None:
                entered = Entered(value, is_async)
                self.bind_target(item.asname.name, entered, BindingKind.WITH)
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
            self.hook(node)
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
                self.hook(case)
            scope.alive = None if before is None else dict(before)
            guards = scope.guards_now
            self._pattern(case.pattern, subject)
            if case.guard is not None:
                test = self.reduce(case.guard, Usage.TESTED)
                scope.guard(test, positive=True)
                self.narrow(test, positive=True)
            elif is_irrefutable(case.pattern):
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
        type_parameters = type_parameter_names(node.type_parameters)
        parameters = self.parameters(node.params)
        returns = None if node.returns is None else self.annotation(node.returns.annotation)
        start, _ = self.place(node)
        name_start, name_end = self.place(node.name)
        qualname = scope.child_name(node.name.value)
        inner = Scope(qualname, scope, is_coroutine=node.asynchronous is not None)
        self.enter(inner, parameters)
        self.suite(node.body)
        self.scope = scope
        body = without_docstring(node.body)
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
                block=inner.finish(trivial=is_trivial(body)),
            )
        )
        reference = FunctionReference(qualname)
        scope.bind(node.name.value, BindingKind.FUNCTION, reference, name_start, name_end)

    def _decorator(self, node: cst.Decorator) -> Expression:
        if self.hooks:
            self.hook(node)
        return self.reduce(node.decorator, Usage.CALLED)

    def _class(self, node: cst.ClassDef) -> None:
        scope = self.scope
        self._header(node, node.body)
        decorators = tuple(self._decorator(decorator) for decorator in node.decorators)
        type_parameters = type_parameter_names(node.type_parameters)
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
                block=inner.finish(trivial=is_trivial(without_docstring(node.body))),
            )
        )
        reference = ClassReference(inner.qualname)
        scope.bind(node.name.value, BindingKind.CLASS, reference, name_start, name_end)


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
