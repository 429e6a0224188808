"""Catalogues: their format, what is wrong with a wrong one, and the order of ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fastlint.catalogues import (
    ArgumentSpec,
    Catalogue,
    CatalogueError,
    CatalogueFile,
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
    relevant_files,
)
from fastlint.rulebook import rules_root

CATALOGUES = rules_root() / "catalogues"
BUNDLED = sorted(CATALOGUES.glob("*.toml"))


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
        ("0|mode=os.P_WAIT", Condition(ArgumentSpec(0, "mode"), value="os.P_WAIT")),
        ("0|file is io.BytesIO", Condition(ArgumentSpec(0, "file"), instance="io.BytesIO")),
    ],
)
def test_a_condition_asks_for_an_argument_its_value_or_its_class(text: str, condition: Condition):
    assert Condition.parse(text) == condition


@pytest.mark.parametrize(
    ("text", "constant"), [("0=os.P_WAIT", "os.P_WAIT"), ("0=0.0", None), ("0=False", None)]
)
def test_a_condition_may_ask_for_a_constant(text: str, constant: str | None):
    assert Condition.parse(text).constant == constant


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


# --- the relevant ones -----------------------------------------------------------------


def test_a_library_that_is_imported_is_relevant(write):
    shop, store = write("", "shop"), write("", "store")

    assert relevant_files([shop, store], ["store.sub.buy"]) == (store,)


def test_a_library_below_a_package_that_is_imported_is_relevant(tmp_path: Path):
    path = tmp_path / "cloud_shop.toml"
    path.write_text('library = "cloud.shop"', encoding="utf-8")

    assert relevant_files([path], ["cloud"]) == (path,)
    assert relevant_files([path], ["cloud.other"]) == ()


def test_every_module_that_a_library_brings_makes_it_relevant(write):
    path = write('modules = ["shop", "store"]')

    assert relevant_files([path], ["store"]) == (path,)


def test_a_module_that_is_the_same_makes_a_library_relevant(write):
    path = write('[same]\n"store.sub" = "shop"')

    assert relevant_files([path], ["store.sub.buy"]) == (path,)


def test_libraries_that_a_relevant_one_speaks_of_are_relevant(write):
    shop = write('[[class]]\nname = "shop.Cart"\nbases = ["store.Cart"]')
    store, other = write("", "store"), write("", "other")

    assert relevant_files([other, shop, store], ["shop"]) == (shop, store)


def test_counterparts_of_a_relevant_library_are_not_relevant(write):
    shop = write('[[callable]]\nname = "shop.buy"\ninstead = "store.buy"')

    assert relevant_files([shop, write("", "store")], ["shop"]) == (shop,)


# --- our own catalogues ----------------------------------------------------------------

README = (CATALOGUES / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def bundled() -> dict[Path, CatalogueFile]:
    return {path: load_file(path) for path in BUNDLED}


def test_every_class_that_is_spoken_of_is_described(bundled: dict[Path, CatalogueFile]):
    made = Catalogue((str(path), file) for path, file in bundled.items())

    assert list(made.undefined()) == []


@pytest.mark.parametrize(
    "library",
    ["arq", "fastapi", "firebase_admin", "google.cloud.bigquery", "langgraph", "sqlmodel"],
)
def test_what_is_relevant_for_a_library_is_complete(library: str):
    made = load(relevant_files(BUNDLED, [library]))

    assert made.classes
    assert list(made.undefined()) == []


def test_files_are_named_after_their_libraries(bundled: dict[Path, CatalogueFile]):
    assert [path.stem for path in bundled] == [
        file.library.replace(".", "_") for file in bundled.values()
    ]


def test_entries_stand_in_order(bundled: dict[Path, CatalogueFile]):
    for path, file in bundled.items():
        functions = [entry.all_names[0] for entry in file.callable]
        assert functions == sorted(functions), path
        classes = [entry.name for entry in file.class_]
        assert classes == sorted(classes), path


def test_what_waits_is_a_coroutine_function(bundled: dict[Path, CatalogueFile]):
    for path, file in bundled.items():
        methods = [one for entry in file.class_ for one in entry.methods.values()]
        for behaviour in (*file.callable, *methods):
            waits = behaviour.waits is not None or behaviour.concurrent
            assert behaviour.coroutine or not waits, path


def test_names_that_share_an_entry_stand_in_order(bundled: dict[Path, CatalogueFile]):
    for path, file in bundled.items():
        for entry in file.callable:
            assert list(entry.all_names) == sorted(set(entry.all_names)), path


def test_tables_of_names_stand_in_order(bundled: dict[Path, CatalogueFile]):
    for path, file in bundled.items():
        for table in (file.constants, file.same):
            assert list(table) == sorted(table), path


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_of_the_readme_are_valid(tmp_path: Path, example: str):
    path = tmp_path / "example.toml"
    path.write_text(example, encoding="utf-8")

    assert load_file(path).library
