"""Extraction: a file gives its facts, or a problem that says where it cannot be read."""

import ast
import pickle
import warnings
from pathlib import Path

import libcst as cst
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastlint.diagnostics import Problem, ProblemKind
from fastlint.extraction import DEEPEST_NESTING, Extraction
from fastlint.extraction.positions import Positions
from fastlint.summaries import Usage

# --- places ------------------------------------------------------------------------


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_lines_end_as_python_says(newline, summary):
    found = summary(newline.join(["", "if a:", "\tsleep(1)"]))
    (call,) = found.block.calls
    span = found.span(call.start, call.end)
    assert (span.line, span.column, span.end_line, span.end_column) == (3, 1, 3, 9)


def test_a_form_feed_is_a_column_and_no_line(summary):
    found = summary("x = 1\n\x0c\nf()\n")
    (call,) = found.block.calls
    assert found.span(call.start, call.end).line == 3


def test_a_form_feed_before_code_is_a_column(summary):
    found = summary("x = 1\n\x0cf()\ng()\n")
    first, second = (found.span(call.start, call.end) for call in found.block.calls)
    assert (first.line, first.column, second.line, second.column) == (2, 1, 3, 0)


def test_a_byte_order_mark_is_no_column(summary):
    found = summary(b"\xef\xbb\xbff()\n")
    (call,) = found.block.calls
    assert found.span(call.start, call.end).column == 0


def test_columns_are_code_points(summary):
    found = summary("x = '🐍🐍'; f()\n")
    (call,) = found.block.calls
    assert found.span(call.start, call.end).column == 10


def test_calls_in_quoted_annotations_have_the_place_of_the_text(summary):
    text = "x: 'Annotated[int, f()]' = 1\n"
    (binding,) = summary(text).block.bindings
    assert binding.annotation is not None
    assert text[binding.start : binding.end] == "x"


def test_the_header_of_a_function_ends_behind_its_colon(summary):
    text = "@d\nasync def f(a: dict = {1: 2}) -> int:\n    return 1\n"
    function = summary(text).functions[0]
    assert text[function.start :].startswith("async def")
    assert text[function.name_start : function.name_end] == "f"
    assert text[: function.header_end].endswith("-> int:")


# --- what cannot be read -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("x = (1 2)\n", (1, 6)),
        ("\n\nx = 1 +* 2\n", (3, 8)),
        ("x = 1\nif x y:\n    z\n", (2, 6)),
        ("x = 1\nif x\n    y\n", (2, 5)),
        ("def f(:\n    pass\n", (1, 7)),
        ("x = 1\r\ny = = 2\r\n", (2, 5)),
    ],
)
def test_a_syntax_error_has_a_place(text, place, extracted):
    problem = extracted(text)
    assert isinstance(problem, Problem)
    assert problem.kind is ProblemKind.SYNTAX
    assert (problem.line, problem.column) == place


@pytest.mark.parametrize(
    "text", ["print 'x'\n", "x = (\n", "'''\n", "if x:\n\ty\n        z\n", "{{ name }} {% if %}\n"]
)
def test_what_is_not_python_is_a_problem(text, extracted):
    assert isinstance(extracted(text), Problem)


@pytest.mark.parametrize("pair", ["()", "[]", "{}"])
def test_2000_nested_brackets_are_a_problem(pair, extracted):
    problem = extracted(f"x = 1\ny = {pair[0] * 2000}{pair[1] * 2000}\n")
    assert isinstance(problem, Problem)
    assert "nested" in problem.message
    assert problem.line == 2


def test_2000_nested_brackets_that_never_close_are_a_problem(extracted):
    assert isinstance(extracted("x = " + "(" * 2000), Problem)


def test_brackets_in_text_and_comments_do_not_nest(extracted):
    brackets = "(" * 2000
    text = f'x = "{brackets}"\n# {brackets}\ny = """\n{brackets}\n"""\n'
    assert isinstance(extracted(text), Extraction)


def test_brackets_as_deep_as_python_reads_are_read(extracted):
    depth = DEEPEST_NESTING - 1
    assert isinstance(extracted(f"x = {'[' * depth}{']' * depth}\n"), Extraction)


@pytest.mark.parametrize(
    "text",
    [
        "x = " + " + ".join(["a"] * 1000) + "\n",
        "x = a" + ".b()" * 400 + "\n",
        "if a:\n    pass\n" + "elif a:\n    pass\n" * 800,
        "x = " + "not " * 1000 + "a\n",
    ],
    ids=["operators", "calls", "elif", "not"],
)
def test_a_long_chain_is_read_or_a_problem(text, extracted):
    found = extracted(text)
    assert isinstance(found, Extraction) or found.kind is ProblemKind.SYNTAX


# --- facts -------------------------------------------------------------------------


def test_syntax_newer_than_the_running_python_is_read(summary):
    found = summary("type A[T] = list[T]\nclass B[T: int]: ...\ndef f[T](x: T) -> T: ...\n")
    assert found.classes[0].type_parameters == ("T",)
    assert found.functions[0].type_parameters == ("T",)


@pytest.mark.parametrize(
    ("text", "exports"),
    [
        ("__all__ = ['a', 'b']\n", ("a", "b")),
        ("__all__ = ('a',)\n", ("a",)),
        ("__all__ = ['a']\n__all__ += ['b']\n", ("a", "b")),
        ("__all__ = ['a']\n__all__.append('b')\n", ("a", "b")),
        ("__all__ = ['a']\n__all__.extend(['b'])\n", ("a", "b")),
        ("x = ['a']\n", None),
    ],
)
def test_exports(text, exports, summary):
    assert summary(text).exports == exports


@pytest.mark.parametrize(
    ("path", "statement", "module"),
    [
        ("a/b/c.py", "from . import x", "a.b"),
        ("a/b/c.py", "from .d import x", "a.b.d"),
        ("a/b/c.py", "from .. import x", "a"),
        ("a/b/c.py", "from ..e import x", "a.e"),
        ("a/b/__init__.py", "from . import x", "a.b"),
        ("a/b/__init__.py", "from .d import x", "a.b.d"),
        ("a/b/__init__.py", "from ..e import x", "a.e"),
        ("a.py", "from b.c import x", "b.c"),
    ],
)
def test_imports_are_absolute(path, statement, module, summary):
    (binding,) = summary(f"{statement}\n", path).block.bindings
    assert binding.value.module == module


@pytest.mark.parametrize(
    ("statement", "usage"),
    [
        ("await f()", Usage.AWAITED),
        ("f()", Usage.DISCARDED),
        ("return f()", Usage.RETURNED),
        ("yield f()", Usage.YIELDED),
        ("x = f()", Usage.BOUND),
        ("x.y = f()", Usage.STORED),
        ("g(f())", Usage.PASSED),
        ("x = [f()]", Usage.ELEMENT),
        ("x = [f() for i in y]", Usage.COLLECTED),
        ("assert f()", Usage.TESTED),
        ("x = f() == 1", Usage.COMPARED),
        ("x = f() + 1", Usage.OPERAND),
        ("x = f'{f()}'", Usage.FORMATTED),
        ("f()()", Usage.CALLED),
        ("f().x", Usage.ATTRIBUTE),
        ("f()[0]", Usage.SUBSCRIPTED),
        ("for x in f(): pass", Usage.ITERATED),
        ("async for x in f(): pass", Usage.ITERATED_ASYNC),
        ("with f(): pass", Usage.ENTERED),
        ("async with f(): pass", Usage.ENTERED_ASYNC),
        ("raise f()", Usage.RAISED),
    ],
)
def test_the_usage_of_a_call(statement, usage, summary):
    function = summary(f"async def outer():\n    {statement}\n").functions[0]
    (call,) = [item for item in function.block.calls if getattr(item.callee, "id", "") == "f"]
    assert call.usage is usage


@pytest.mark.parametrize(
    ("text", "has_guard"),
    [("if __name__ == '__main__':\n    f()\n", True), ("if __name__ == 'x':\n    f()\n", False)],
)
def test_the_main_guard(text, has_guard, summary):
    assert summary(text).has_main_guard is has_guard


@pytest.mark.parametrize(
    ("body", "trivial"),
    [
        ("...", True),
        ("pass", True),
        ('"""Says."""', True),
        ("raise NotImplementedError", True),
        ("raise NotImplementedError('x')", True),
        ("return 1", False),
    ],
)
def test_trivial_bodies(body, trivial, summary):
    assert summary(f"def f():\n    {body}\n").functions[0].block.trivial is trivial


def test_the_facts_survive_the_way_between_processes(extracted):
    found = extracted(Path(__file__).read_text("utf-8"))
    again = pickle.loads(pickle.dumps(found))
    assert pickle.dumps(again) == pickle.dumps(found)


# --- fuzz --------------------------------------------------------------------------

_names = st.sampled_from(["a", "b", "self", "TYPE_CHECKING", "__all__", "print"])
_atoms = _names | st.sampled_from(["0", "1.5", "''", "b'x'", "None", "True", "...", "f'{a!r}'"])


def _expressions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    forms = [
        "({0})",
        "{0}.x",
        "({0})({1})",
        "({0})(*{1}, k={0})",
        "({0})[{1}]",
        "({0})[{0}:{1}]",
        "[{0}, *{1}]",
        "({0}, {1})",
        "{{{0}: {1}, **{0}}}",
        "{{{0}}}",
        "({0} if {1} else {0})",
        "(not {0} and {1} or {0})",
        "({0} + {1})",
        "(-{0})",
        "({0} < {1} is not {0})",
        "(a := {0})",
        "(lambda a, *b, c={1}: {0})",
        "[{0} for a in {1} if a]",
        "{{{0}: {1} for a, b in {0}}}",
        "isinstance({0}, {1})",
        "'x' f'{{ {0} }}'",
    ]
    return st.builds(str.format, st.sampled_from(forms), inner, inner)


_expression = st.recursive(_atoms, _expressions, max_leaves=6)
_simple = st.builds(
    str.format,
    st.sampled_from(
        [
            "{0}",
            "a = {0}",
            "a, (b, *c) = {0}",
            "a: {0} = {1}",
            "a += {0}",
            "a.x = {0}",
            "a[{0}] = {1}",
            "del a",
            "assert {0}, {1}",
            "import os.path as a, sys",
            "from . import a",
            "from .x import *",
            "pass; a = {0}",
            "__all__ = [{0}]",
            "raise",
            "raise {0} from {1}",
        ]
    ),
    _expression,
    _expression,
)
_HEADERS = [
    "if {0}:",
    "while {0}:",
    "for a, b in {0}:",
    "with {0} as a, {1}:",
    "def f(a, /, b={0}, *c, d: {1}, **e):",
    "async def f(a={0}):",
    "class A({0}):",
    "@a\ndef f():",
]


def _blocks(inner: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    def indented(body: list[str], indent: str) -> list[str]:
        return [line if line.startswith("#") else indent + line for line in body]

    def compound(header: str, first: str, second: str, body: list[str], indent: str) -> list[str]:
        return [*header.format(first, second).split("\n"), *indented(body, indent)]

    def attempt(first: list[str], second: list[str], indent: str) -> list[str]:
        handled = ["except a as b:", *indented(second, indent)]
        rest = ["else:", *indented(first, indent), "finally:", *indented(second, indent)]
        return ["try:", *indented(first, indent), *handled, *rest]

    def matching(subject: str, body: list[str], indent: str) -> list[str]:
        case = ["case {'k': [a, *_]} | A(b, x=1) as c if a:", *indented(body, indent)]
        return [f"match {subject}:", *indented(case, indent)]

    indents = st.sampled_from(["    ", "\t", " "])
    return (
        st.builds(lambda first, second: [*first, *second], inner, inner)
        | st.builds(compound, st.sampled_from(_HEADERS), _expression, _expression, inner, indents)
        | st.builds(attempt, inner, inner, indents)
        | st.builds(matching, _expression, inner, indents)
    )


_lines = st.recursive(st.builds(lambda line: [line], _simple), _blocks, max_leaves=8)
_programs = st.builds(
    lambda lines, newline, end: newline.join(lines) + end,
    _lines,
    st.sampled_from(["\n", "\r\n", "\n\n", "  # c\n"]),
    st.sampled_from(["", "\n", "\n# end"]),
)
_soup = st.lists(
    st.sampled_from(["\n", "    ", "\t", "\x0c", "\\\n", "(", ")", ":", "=", "'", '"""', "# ("])
    | st.sampled_from(["def ", "async ", "class ", "await ", "x", "1", "if ", ".", ",", "{", "]"])
    | st.text(max_size=3).filter(lambda text: "\0" not in text and text.isprintable())
).map("".join)

fuzz = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@fuzz
@given(text=_programs)
def test_every_program_is_read(text, extracted):
    if _is_python(text):
        assert isinstance(extracted(text), Extraction), text


@fuzz
@given(text=_programs)
def test_tokens_of_every_program_join_to_it(text):
    if _is_python(text):
        assert "".join(Positions(cst.parse_module(text)).tokens) == text


@fuzz
@given(text=_soup)
def test_no_text_crashes_the_extraction(text, extracted):
    assert isinstance(extracted(text), (Extraction, Problem))


@fuzz
@given(text=_programs)
def test_places_stand_in_the_text_and_in_order(text, extracted):
    found = extracted(text)
    if isinstance(found, Extraction):
        blocks = [found.summary.block, *(item.block for item in found.summary.functions)]
        places = [(call.start, call.end) for block in blocks for call in block.calls]
        assert all(0 <= start < end <= len(text) for start, end in places)


@fuzz
@given(text=_programs)
def test_definitions_name_bindings_of_the_same_name(text, extracted):
    found = extracted(text)
    if isinstance(found, Extraction):
        blocks = [found.summary.block, *(item.block for item in found.summary.functions)]
        for block in blocks:
            for name, indexes in block.exit.items():
                assert {block.bindings[index].name for index in indexes} <= {name}


def _is_python(text: str) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(text)
    except SyntaxError:
        return False
    return True
