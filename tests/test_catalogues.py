"""Catalogues: their format, what is wrong with a wrong one, and the order of ours."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from fastlint.catalogues import (
    ArgumentSpec,
    Catalogue,
    CatalogueError,
    Condition,
    DerivedType,
    FallbackType,
    Form,
    NamedType,
    UnionType,
    load,
    load_file,
    parse_type,
    parts,
)
from fastlint.rulebook import rules_root

CATALOGUES = rules_root() / "catalogues"
BUNDLED = sorted(CATALOGUES.glob("*.toml"))

every_file = pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)


@pytest.fixture
def write(tmp_path: Path):
    """Writes a catalogue of the library `shop`."""

    def write(body: str, name: str = "shop") -> Path:
        path = tmp_path / f"{name}.toml"
        path.write_text(f'library = "{name}"\n{body}', encoding="utf-8")
        return path

    return write


@pytest.fixture
def catalogue(write):
    """The catalogue of what is written."""
    return lambda body: load([write(body)])


# --- types -------------------------------------------------------------------------


def test_a_name_is_an_instance_of_the_class():
    assert parse_type("shop.Cart") == NamedType("shop.Cart")


def test_a_class_may_have_type_arguments():
    assert parse_type("dict[str, list[shop.Cart]]") == NamedType(
        "dict", (NamedType("str"), NamedType("list", (NamedType("shop.Cart"),)))
    )


def test_a_form_derives_a_type_from_an_argument():
    assert parse_type("result(1|func)") == DerivedType(Form.RESULT, ArgumentSpec(1, "func"))


def test_a_form_without_an_argument_takes_the_first():
    assert parse_type("super()") == DerivedType(Form.SUPER, ArgumentSpec(0, None))


def test_a_bar_unites_types():
    assert parse_type("str | None") == UnionType((NamedType("str"), NamedType("None")))


def test_else_gives_a_type_for_what_is_unknown():
    assert parse_type("instance(class_) else shop.Cart") == FallbackType(
        DerivedType(Form.INSTANCE, ArgumentSpec(None, "class_")), NamedType("shop.Cart")
    )


def test_the_parts_of_a_type_are_its_names_and_derivations():
    assert list(parts(parse_type("dict[str, item(0)] | None else int"))) == [
        NamedType("dict", (NamedType("str"), DerivedType(Form.ITEM, ArgumentSpec(0, None)))),
        NamedType("str"),
        DerivedType(Form.ITEM, ArgumentSpec(0, None)),
        NamedType("None"),
        NamedType("int"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a name"),
        ("list[", "expected a name"),
        ("list[str", "expected ]"),
        ("list]", "unexpected `]`"),
        ("shop Cart", "unexpected `Cart`"),
        ("!", "unexpected `!`"),
        ("guess(0)", "no form"),
        ("result(0-1)", "no type"),
    ],
)
def test_a_malformed_type_says_what_is_wrong(text: str, message: str):
    with pytest.raises(ValueError, match=re.escape(message)):
        parse_type(text)


# --- arguments and conditions --------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("0", ArgumentSpec(0, None)),
        ("key", ArgumentSpec(None, "key")),
        ("0|key", ArgumentSpec(0, "key")),
        ("*", ArgumentSpec(None, None, every=True)),
        ("0|fp.read", ArgumentSpec(0, "fp", method="read")),
    ],
)
def test_an_argument_is_named_by_position_and_keyword(text: str, spec: ArgumentSpec):
    assert ArgumentSpec.parse(text) == spec


@pytest.mark.parametrize("text", ["", "-1", "0|", "a b"])
def test_a_malformed_argument_is_refused(text: str):
    with pytest.raises(ValueError, match="is no argument"):
        ArgumentSpec.parse(text)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("0|host", Condition(ArgumentSpec(0, "host"))),
        ("block=False", Condition(ArgumentSpec(None, "block"), value="False")),
        ("0|file is io.BytesIO", Condition(ArgumentSpec(0, "file"), instance="io.BytesIO")),
    ],
)
def test_a_condition_asks_for_an_argument_its_value_or_its_class(text: str, condition: Condition):
    assert Condition.parse(text) == condition


# --- entries -------------------------------------------------------------------------


def test_several_callables_share_an_entry(catalogue):
    made = catalogue('[[callable]]\nnames = ["shop.buy", "shop.sell"]\neffect = "blocks:http"')

    assert made.callables["shop.buy"].effect == made.callables["shop.sell"].effect == "blocks:http"


def test_several_methods_share_a_line(catalogue):
    made = catalogue(
        '[[class]]\nname = "shop.Cart"\n[class.methods]\n"add drop" = { coroutine = true }'
    )

    assert sorted(made.classes["shop.Cart"].methods) == ["add", "drop"]


def test_several_attributes_share_a_line(catalogue):
    made = catalogue('[[class]]\nname = "shop.Cart"\nattributes = { "name title" = "str" }')

    assert made.classes["shop.Cart"].attribute_types["title"] == NamedType("str")


def test_methods_that_block_have_their_counterpart_on_the_class_that_does_not(catalogue):
    made = catalogue("""
        [[class]]
        name = "shop.Cart"
        instead = "shop.AsyncCart"
        [class.methods]
        buy = { effect = "blocks:http" }
        __enter__ = { effect = "blocks:http" }
        sell = { effect = "blocks:http", instead = "shop.sell" }
        steal = { effect = "blocks:http", instead = "" }
        look = {}
    """)

    methods = made.classes["shop.Cart"].methods
    assert {name: methods[name].instead for name in methods} == {
        "buy": "shop.AsyncCart.buy",
        "__enter__": "shop.AsyncCart",
        "sell": "shop.sell",
        "steal": "",
        "look": None,
    }


def test_an_alias_leads_to_the_entry(catalogue):
    made = catalogue('[[class]]\nname = "shop.Cart"\naliases = ["shop.cart.Cart"]')

    assert made.canonical("shop.cart.Cart") == "shop.Cart"


def test_a_module_that_is_the_same_leads_to_the_entries_of_the_other(catalogue):
    made = catalogue('[[callable]]\nname = "shop.sub.buy"\n[same]\n"store" = "shop"')

    assert made.canonical("store.sub.buy") == "shop.sub.buy"
    assert made.knows_module("store.anything")


def test_a_single_name_that_is_the_same_leads_to_the_entry(catalogue):
    made = catalogue('[[callable]]\nname = "shop.buy"\n[same]\n"store.buy" = "shop.buy"')

    assert made.canonical("store.buy") == "shop.buy"
    assert made.canonical("store.sell") == "store.sell"


def test_a_constant_has_a_type(catalogue):
    made = catalogue('[constants]\n"shop.cart" = "shop.Cart"')

    assert made.constants["shop.cart"] == NamedType("shop.Cart")


# --- what is wrong ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("[[callable]", "Expected"),
        ("[[callable]]\n", "either `name` or `names`"),
        ('[[callable]]\nname = "shop.a"\nnames = ["shop.b"]', "either `name` or `names`"),
        ('[[callable]]\nnames = ["shop.a"]\naliases = ["b"]', "aliases belong"),
        ('[[callable]]\nname = "shop.a"\neffect = "blocks:mind"', "`blocks:mind` is no effect"),
        ('[[callable]]\nname = "shop.a"\nreturns = "list["', "`list[` is no type"),
        ('[[callable]]\nname = "shop.a"\ncalls = ["-1"]', "`-1` is no argument"),
        ('[[callable]]\nname = "shop.a"\nwhen = ["-1=2"]', "`-1` is no argument"),
        ('[[callable]]\nname = "shop.a"\nversions = "2"', "`2` is no range of versions"),
        ('[[callable]]\nname = "shop.a"\neffects = "blocks:http"', "Extra inputs"),
        ('[[class]]\nname = "shop.A"\nmethods = { "a b a" = {} }', "`a` stands there twice"),
        ('[[class]]\nname = "shop.A"\nmethods = { "a, b" = {} }', "`a,` is no name"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(write, body: str, message: str):
    with pytest.raises(CatalogueError, match=re.escape(message)):
        load_file(write(body))


def test_a_wrong_entry_is_named(write):
    path = write('[[callable]]\nname = "shop.a"\neffect = "blocks:mind"')

    with pytest.raises(CatalogueError, match=re.escape(f"{path}: callable.0.effect (`shop.a`): ")):
        load_file(path)


def test_a_wrong_entry_of_several_names_is_named_by_the_first(write):
    path = write('[[callable]]\nnames = ["shop.a", "shop.b"]\neffect = "blocks:mind"')

    with pytest.raises(CatalogueError, match=re.escape("callable.0.effect (`shop.a`): ")):
        load_file(path)


def test_a_missing_file_is_an_error(tmp_path: Path):
    with pytest.raises(CatalogueError, match=r"nothing\.toml"):
        load([tmp_path / "nothing.toml"])


def test_two_files_may_not_speak_of_the_same_name(write):
    body = '[[callable]]\nname = "shop.a"'

    with pytest.raises(CatalogueError, match=r"`shop\.a` stands in the catalogues already"):
        load([write(body), write(body, "store")])


def test_an_alias_may_not_lead_to_two_names(catalogue):
    with pytest.raises(CatalogueError, match=r"`shop\.c` is an alias of two names"):
        catalogue("""
            [[callable]]
            name = "shop.a"
            aliases = ["shop.c"]
            [[callable]]
            name = "shop.b"
            aliases = ["shop.c"]
        """)


def test_classes_that_nobody_describes_are_found(catalogue):
    made = catalogue("""
        [[callable]]
        name = "shop.buy"
        adds = "shop.Added"
        unless = ["0 is shop.Condition"]
        returns = "list[shop.Returned]"
        [[class]]
        name = "builtins.list"
        [[class]]
        name = "shop.Cart"
        bases = ["shop.Base"]
        parameters = ["T"]
        binds = { T = "shop.Bound" }
        attributes = { name = "shop.Attribute" }
        constructor = { unless = ["0 is shop.Argument"] }
        other_methods = { returns = "shop.Other" }
        methods = { sell = { returns = "shop.Method" }, stay = { returns = "T | Self | None" } }
        [constants]
        "shop.cart" = "shop.Constant"
    """)

    assert {name for _, name in made.undefined()} == {
        "shop.Added",
        "shop.Argument",
        "shop.Attribute",
        "shop.Base",
        "shop.Bound",
        "shop.Condition",
        "shop.Constant",
        "shop.Method",
        "shop.Other",
        "shop.Returned",
    }


# --- our own catalogues ------------------------------------------------------------------


@pytest.fixture(scope="module")
def bundled() -> Catalogue:
    return load(BUNDLED)


def test_every_class_that_is_spoken_of_is_described(bundled: Catalogue):
    assert list(bundled.undefined()) == []


@every_file
def test_a_file_is_named_after_its_library(path: Path):
    assert path.stem == load_file(path).library.replace(".", "_")


@every_file
def test_entries_stand_in_order(path: Path):
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    for kind in ("callable", "class"):
        names = [entry.get("name") or entry["names"][0] for entry in entries.get(kind, [])]
        assert names == sorted(names)


@every_file
def test_names_of_an_entry_stand_in_order(path: Path):
    for entry in load_file(path).callable:
        assert list(entry.all_names) == sorted(set(entry.all_names))


@every_file
def test_tables_of_names_stand_in_order(path: Path):
    file = load_file(path)
    for table in (file.constants, file.same):
        assert list(table) == sorted(table)


# --- deprecations ------------------------------------------------------------------


LEGACY = """
[[deprecation]]
names = ["shop.legacy.*"]
except = ["shop.legacy.VERSION"]
removed = "2.0"
[[deprecation]]
names = ["shop.legacy.sell", "shop.buy"]
deprecated = "2.0"
instead = "shop.order"
"""


@pytest.mark.parametrize(
    ("name", "removed", "instead"),
    [
        ("shop.buy", None, "shop.order"),
        ("shop.legacy.sell", None, "shop.order"),
        ("shop.legacy.barter", "2.0", None),
    ],
)
def test_a_catalogue_says_what_became_of_a_name(catalogue, name, removed, instead):
    found = catalogue(LEGACY).deprecation(name)
    assert (found.removed, found.instead) == (removed, instead)


@pytest.mark.parametrize("name", ["shop.order", "shop.legacy", "shop.legacy.VERSION"])
def test_nothing_became_of_other_names(catalogue, name):
    assert catalogue(LEGACY).deprecation(name) is None


def test_a_deprecation_has_a_version(catalogue):
    with pytest.raises(CatalogueError, match="has the version"):
        catalogue('[[deprecation]]\nnames = ["shop.buy"]')


README = (CATALOGUES / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_of_the_readme_are_valid(tmp_path: Path, example: str):
    path = tmp_path / "example.toml"
    path.write_text(example, encoding="utf-8")

    assert load_file(path).library
