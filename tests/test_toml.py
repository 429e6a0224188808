"""TOML with the lines of its keys."""

from collections.abc import Iterator

import pytest

from fastlint import toml
from fastlint.toml import Key, TomlError

EVERYTHING = '''\
# a comment = "with a key"
title = "a # b" # and more
dotted . "quoted.key" . 'literal' = 1

[table]
list = [ # items
  "one", 'two', # three
  """
  four [
  """,
  [5, [6]],
  { seven = 7, "eight.nine" = [
    10,
  ] },
]
date = 2024-01-01T10:00:00Z
escaped = "a \\" ] b"
quotes = """a"""""

[table."sub.table"]
after = {}
empty = []

[[array]]
name = "first"
[array.inner]
x = 1
[[array.more]]
y = 1

[[array]]
name = \'\'\'
second\'\'\'
[array.inner]
x = 2
'''


def keys(value: object, key: Key = ()) -> Iterator[Key]:
    """The way to every value inside `value`."""
    match value:
        case dict():
            items = list(value.items())
        case list():
            items = list(enumerate(value))
        case _:
            items = []
    for step, inner in items:
        yield (*key, step)
        yield from keys(inner, (*key, step))


def test_every_key_and_item_has_a_line():
    document = toml.parse(EVERYTHING)
    assert set(keys(document.values)) == set(document.lines)


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("title",), 2),
        (("dotted",), 3),
        (("dotted", "quoted.key", "literal"), 3),
        (("table",), 5),
        (("table", "list"), 6),
        (("table", "list", 1), 7),
        (("table", "list", 2), 8),
        (("table", "list", 3, 1, 0), 11),
        (("table", "list", 4, "seven"), 12),
        (("table", "list", 4, "eight.nine", 0), 13),
        (("table", "escaped"), 17),
        (("table", "sub.table"), 20),
        (("table", "sub.table", "empty"), 22),
        (("array",), 24),
        (("array", 0, "inner", "x"), 27),
        (("array", 0, "more", 0, "y"), 29),
        (("array", 1), 31),
        (("array", 1, "name"), 32),
        (("array", 1, "inner", "x"), 35),
    ],
)
def test_a_key_stands_on_its_line(key: Key, line: int):
    assert toml.parse(EVERYTHING).lines[key] == line


def test_lines_may_end_in_carriage_returns():
    assert toml.parse("a = 1\r\n[b]\r\nc = [\r\n1]\r\n").lines == {
        ("a",): 1,
        ("b",): 2,
        ("b", "c"): 3,
        ("b", "c", 0): 4,
    }


def test_the_line_of_a_mistake_is_known():
    with pytest.raises(TomlError, match="Expected '=' after a key") as caught:
        toml.parse("a = 1\n\nb 2\n")
    assert caught.value.line == 3


def test_a_mistake_at_the_end_has_no_line():
    with pytest.raises(TomlError) as caught:
        toml.parse("a = [1,")
    assert caught.value.line is None


def test_a_text_that_is_nested_without_end_is_refused():
    with pytest.raises(TomlError, match="nested too deeply"):
        toml.parse("a = " + "[" * 20_000 + "]" * 20_000)
