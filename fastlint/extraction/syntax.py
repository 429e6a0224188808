"""Small facts about nodes and reduced tests, which need nothing of what is around them."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from fastlint.summaries import (
    Attribute,
    Boolean,
    Expression,
    Literal,
    Name,
    Operation,
    Sequence,
)


def dotted_name(node: cst.BaseExpression) -> str:
    """A dotted name as text."""
    parts = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    return ".".join(reversed(parts))


def constant_truth(test: Expression) -> bool | None:
    """What a constant test comes to; None where it depends."""
    match test:
        case Literal(value=bool() | int() | None as value, ellipsis=False):
            return bool(value)
        case Operation(operator="not", operands=(inner,)):
            truth = constant_truth(inner)
            return None if truth is None else not truth
        case Boolean(operator=operator, values=values):
            truths = set(map(constant_truth, values))
            decisive = operator == "or"
            if decisive in truths:
                return decisive
            return None if None in truths else not decisive
    return None


def is_plain(body: cst.BaseSuite) -> bool:
    """Whether a suite is expressions, assignments and conditions on them, without jumps."""
    lines = body.body if isinstance(body, cst.IndentedBlock) else (body,)
    return all(map(_is_plain_statement, lines))


def _is_plain_statement(line: cst.CSTNode) -> bool:
    match line:
        case cst.SimpleStatementLine() | cst.SimpleStatementSuite():
            plain = (cst.AnnAssign, cst.Assign, cst.AugAssign, cst.Expr, cst.Pass)
            return all(isinstance(one, plain) for one in line.body)
        case cst.If(body=body, orelse=orelse):
            return is_plain(body) and (orelse is None or _is_plain_statement(orelse))
        case cst.Else(body=body):
            return is_plain(body)
    return False


def is_type_checking(test: Expression, *, positive: bool) -> bool:
    """Whether a test, or its opposite, is `TYPE_CHECKING`."""
    match test:
        case Name(id="TYPE_CHECKING") | Attribute(name="TYPE_CHECKING"):
            return positive
        case Operation(operator="not", operands=(inner,)):
            return is_type_checking(inner, positive=not positive)
    return False


def is_main_guard(test: Expression) -> bool:
    """Whether a test is `__name__ == "__main__"`."""
    match test:
        case Operation(operator="==", operands=(Name(id="__name__"), Literal(value="__main__"))):
            return True
        case Operation(operator="==", operands=(Literal(value="__main__"), Name(id="__name__"))):
            return True
    return False


def is_irrefutable(pattern: cst.CSTNode) -> bool:
    """Whether a pattern fits everything."""
    match pattern:
        case cst.MatchAs(pattern=None):
            return True
        case cst.MatchAs(pattern=inner) if inner is not None:
            return is_irrefutable(inner)
    return False


def type_parameter_names(node: cst.TypeParameters | None) -> tuple[str, ...]:
    """The names in a type parameter list."""
    if node is None:
        return ()
    return tuple(item.param.name.value for item in node.params)


def without_docstring(suite: cst.BaseSuite) -> list[cst.CSTNode]:
    """The statements of a suite, its docstring left out."""
    body: list[cst.CSTNode] = list(suite.body)
    match body[:1]:
        case [cst.SimpleStatementLine(body=[cst.Expr(value=value)])]:
            if isinstance(value, (cst.SimpleString, cst.ConcatenatedString)):
                return body[1:]
    return body


def is_trivial(body: list[cst.CSTNode]) -> bool:
    """Whether statements do nothing: `...`, `pass`, `raise NotImplementedError`."""
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


def texts(value: Expression) -> Iterable[str]:
    """The strings of a display, or of several that are added."""
    match value:
        case Sequence(items=items):
            for item in items:
                yield from texts(item)
        case Operation(operator="+", operands=operands):
            for operand in operands:
                yield from texts(operand)
        case Literal(value=str() as text):
            yield text
