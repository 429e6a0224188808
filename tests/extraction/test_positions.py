"""Positions: the offsets of a node are those of its text."""

from pathlib import Path

import libcst as cst
import pytest
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from fastlint.extraction.positions import Positions, without_feeds
from fastlint.sources import line_starts
from fastlint.summaries import span_between

FORMS = {
    "plain": "def f(a, b=1):\n    return a + b\n",
    "no final newline": "x = f(1)",
    "CRLF": "def f(a):\r\n    # why\r\n    return a\r\n",
    "CR": "x = 1\ry = x",
    "mixed line ends": "x = 1\r\ny = 2\rz = x\n",
    "form feed": "import os\n\x0c\nx = os.sep\n",
    "tabs": "if x:\n\tif y:\n\t\tf(x,\ty)\n",
    "continuation": "x = 1 + \\\n    2\n",
    "parentheses": "x = (((a) + (b)))\n",
    "several statements": "a = 1; b = 2; f(a)\n",
    "wide characters": "näme = '🐍' + ünïcode\n",
    "text over lines": 'x = """one\ntwo\r\nthree"""\ny = x\n',
    "decorators": "@a\n@b(1)\nasync def f(*x, **y) -> int: ...\n",
    "empty": "",
    "only a comment": "# nothing",
    "trailing blanks": "x = 1   \n   \n\ny = x\n",
    "clauses": (
        "try:\n    f()\nexcept* (A, B) as e:\n    pass\nelse:\n    g()\nfinally:\n    h()\n"
        "match x:\n    case {'a': [b, *c]} | D(e=1) if b:\n        pass\n"
        "with (open(a) as b, c):\n    pass\n"
    ),
    "formatted text": "f'{a!r:>{w}} {b=} {{}}'\n",
    "comprehensions": "[x async for x in y if x]; {**a, 'b': c}; lambda *a, k=1: (yield)\n",
    "type parameters": "type A[T] = list[T]\nclass B[T: int](C, k=1): x: T = 1\n",
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_tokens_join_to_the_text(text):
    assert "".join(Positions(cst.parse_module(text)).tokens) == text


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_the_length_is_that_of_the_text(text):
    assert Positions(cst.parse_module(text)).length() == len(text)


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_places_are_those_of_libcst(text):
    assert_as_libcst(text)


_PLACED = (
    cst.BaseExpression,
    cst.BaseStatement,
    cst.BaseSmallStatement,
    cst.Arg,
    cst.Param,
    cst.Decorator,
    cst.Annotation,
    cst.ExceptHandler,
    cst.ExceptStarHandler,
    cst.ImportAlias,
    cst.MatchCase,
    cst.WithItem,
)
"""The kinds of nodes that facts and findings are about."""

OWN = sorted(Path(__file__).parents[1].glob("*.py"))


@pytest.mark.parametrize("path", OWN[:12], ids=lambda path: path.name)
def test_places_in_real_files_are_those_of_libcst(path):
    assert_as_libcst(path.read_text("utf-8"))


def assert_as_libcst(text: str) -> None:
    module = cst.parse_module(text)
    positions, starts = Positions(module), line_starts(text)
    expected = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    for node, place in expected.items():
        if not isinstance(node, _PLACED) or not isinstance(place, CodeRange):
            continue
        span = span_between(starts, positions.start(node), positions.end(node))
        assert (span.line, span.column) == (place.start.line, place.start.column), node
        assert (span.end_line, span.end_column) == (place.end.line, place.end.column), node


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_offsets_of_names_are_those_of_their_text(text):
    module = cst.parse_module(text)
    positions = Positions(module)
    for name in _names(module):
        assert text[positions.start(name) : positions.end(name)] == name.value


@pytest.mark.parametrize(
    "text",
    [
        "\x0cx = 1\n",
        "x = 1\n\x0cy = x\n",
        "\x0c\x0cx = 1\r\n\x0c\r\n\x0cdef f():\r\n    x\r\n",
        "if x:\n\x0c    y = 1\n    z = y\n",
    ],
)
def test_a_form_feed_before_code_counts(text):
    shortened, gaps = without_feeds(text)
    module = cst.parse_module(shortened)
    positions = Positions(module, gaps)
    assert positions.length() == len(text)
    for name in _names(module):
        assert text[positions.start(name) : positions.end(name)] == name.value


def _names(node: cst.CSTNode) -> list[cst.Name]:
    below = [name for child in node.children for name in _names(child)]
    return [node, *below] if isinstance(node, cst.Name) else below


def test_parentheses_are_no_part_of_an_expression():
    text = "x = (a + b)\n"
    module = cst.parse_module(text)
    match module.body[0]:
        case cst.SimpleStatementLine(body=[cst.Assign(value=value)]):
            positions = Positions(module)
            assert text[positions.start(value) : positions.end(value)] == "a + b"
        case other:
            pytest.fail(f"{other}")


def test_the_header_ends_behind_its_colon():
    text = "def f(a: int = {1: 2}[1]) -> int :  # why\n    pass\n"
    module = cst.parse_module(text)
    function = module.body[0]
    assert isinstance(function, cst.FunctionDef)
    assert text[: Positions(module).header_end(function.body)].endswith("-> int :")


def test_the_header_of_a_suite_on_its_line_ends_behind_its_colon():
    text = "if x[1:2]: y = {1: 2}\n"
    module = cst.parse_module(text)
    statement = module.body[0]
    assert isinstance(statement, cst.If)
    assert text[: Positions(module).header_end(statement.body)] == "if x[1:2]:"


def test_comments_come_with_their_offsets():
    text = "# one\nx = '# none'  # two\n\tif_ = 1\n".replace("\t", "")
    found = list(Positions(cst.parse_module(text)).comments())
    assert found == [(0, "# one"), (text.index("# two"), "# two")]
