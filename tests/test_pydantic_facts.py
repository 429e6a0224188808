"""What the rules say of Pydantic is so in the Pydantic that is installed."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Annotated, Any

import pydantic
import pytest
from fastapi import FastAPI, Query
from fastapi.exceptions import PydanticV1NotSupportedError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter
from pydantic_core import SchemaError
from pydantic_settings import BaseSettings

from fastlint.checks.pydantic import (
    pydantic_v1_config_class,
    pydantic_v1_field_argument,
    pydantic_v1_function,
    pydantic_v1_method,
    unsupported_pattern,
)
from fastlint.project.frameworks.pydantic import RENAMED_KEYS

pytestmark = pytest.mark.filterwarnings("ignore")


def warned(act: Callable[[], object]) -> str:
    """What Pydantic warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        act()
    return "\n".join(str(warning.message) for warning in caught)


def model(body: dict[str, Any]) -> type[BaseModel]:
    """A model with this body."""
    return type("Model", (BaseModel,), {"__module__": __name__, **body})


class Item(BaseModel):
    name: str = ""


# --- configuration -----------------------------------------------------------------


@pytest.mark.parametrize(("old", "new"), RENAMED_KEYS.items())
def test_a_renamed_key_is_ignored(old, new):
    said = warned(lambda: model({"model_config": {old: True}}))
    assert f"'{old}' has been re" in said
    assert new in ConfigDict.__annotations__


@pytest.mark.parametrize(
    "key", sorted(pydantic_v1_config_class._GONE | pydantic_v1_config_class._POINTLESS)
)
def test_a_removed_key_is_ignored(key):
    assert f"'{key}' has been removed" in warned(lambda: model({"model_config": {key: True}}))


def test_a_config_class_is_deprecated():
    def made() -> object:
        class Model(BaseModel):
            class Config:
                extra = "forbid"

        return Model

    assert "class-based `config` is deprecated" in warned(made)


def test_a_config_class_beside_a_configuration_raises():
    config = type("Config", (), {"extra": "forbid"})
    with pytest.raises(pydantic.PydanticUserError, match="cannot be used together"):
        model({"model_config": {"title": "a"}, "Config": config})


def test_models_have_no_config_class_to_inherit_from():
    assert not hasattr(Item, "Config")


def test_an_old_key_as_a_keyword_of_the_class_raises():
    with pytest.raises(TypeError):
        type("Model", (BaseModel,), {}, orm_mode=True)


# --- methods -----------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new"), pydantic_v1_method._METHODS.items())
def test_an_old_method_is_deprecated(old, new):
    assert inspect.getattr_static(BaseModel, old) is not None
    assert "deprecated" in getattr(getattr(BaseModel, old), "__deprecated__", "")
    assert hasattr(BaseModel, new.removesuffix("()"))


@pytest.mark.parametrize(("old", "new"), pydantic_v1_method._ATTRIBUTES.items())
def test_an_old_attribute_is_deprecated(old, new):
    assert "deprecated" in warned(lambda: getattr(Item(), old))
    assert hasattr(Item(), new)


@pytest.mark.parametrize("name", pydantic_v1_method._REMOVED)
def test_a_removed_attribute_is_gone(name):
    assert not hasattr(Item, name)


@pytest.mark.parametrize("name", pydantic_v1_method._OF_CLASS)
def test_fields_of_an_instance_are_deprecated(name):
    assert "on the instance is deprecated" in warned(lambda: getattr(Item(), name))


@pytest.mark.parametrize(
    ("method", "argument"),
    [
        ("json", "indent"),
        ("json", "encoder"),
        ("dict", "skip_defaults"),
        ("update_forward_refs", "Item"),
    ],
)
def test_an_argument_that_is_gone_raises(method, argument):
    with pytest.raises(TypeError):
        getattr(Item(), method)(**{argument: 1})


def test_what_json_still_takes():
    flags = pydantic_v1_method._DUMPING - {"include", "exclude"}
    arguments: dict[str, Any] = {
        **dict.fromkeys(flags, False),
        "include": {"name"},
        "exclude": set(),
    }
    assert Item().json(**arguments) == '{"name":""}'


def test_a_type_with_modify_schema_raises():
    with pytest.raises(pydantic.PydanticUserError, match="__modify_schema__"):
        type("Old", (Item,), {"__modify_schema__": classmethod(print)})


# --- fields ------------------------------------------------------------------------


def test_the_arguments_of_field_are_known():
    taken = set(inspect.signature(Field).parameters) - {"extra"}
    assert taken <= pydantic_v1_field_argument._KNOWN


RAISING = [
    (name.removeprefix("pydantic."), argument)
    for name, arguments in pydantic_v1_field_argument._RAISING.items()
    for argument in sorted(arguments)
]


@pytest.mark.parametrize(("name", "argument"), RAISING)
def test_an_old_argument_raises(name, argument):
    needed = [int] if name in {"conlist", "conset", "confrozenset"} else []
    with pytest.raises((TypeError, pydantic.PydanticUserError)):
        getattr(pydantic, name)(*needed, **{argument: "1"})


def test_the_environment_of_a_field_is_not_read(monkeypatch):
    field: Any = Field
    fields: Any = {"url": (str, field("default", env="SHOP_URL"))}
    settings: Any = pydantic.create_model("Settings", __base__=BaseSettings, **fields)
    monkeypatch.setenv("SHOP_URL", "set")
    assert settings().url == "default"


def test_a_field_that_may_be_none_is_required():
    class User(BaseModel):
        name: str | None
        extra: Any

    assert User.model_fields["name"].is_required()
    assert User.model_fields["extra"].is_required()


@pytest.mark.parametrize("value", [True, 1.5, "text", [1], None, Field(0), Item], ids=repr)
def test_a_name_without_annotation_raises(value):
    with pytest.raises(pydantic.PydanticUserError, match="annotat"):
        model({"field": value})


@pytest.mark.parametrize(
    "value",
    [property(str), classmethod(str), model],
    ids=["a property", "a class method", "a function"],
)
def test_functions_need_no_annotation(value):
    assert model({"field": value})


def test_a_root_type_raises():
    with pytest.raises(pydantic.PydanticUserError, match="RootModel"):
        model({"__annotations__": {"__root__": list[int]}})


def test_a_generic_model_is_a_model():
    from pydantic.generics import GenericModel  # noqa: PLC0415

    assert GenericModel is BaseModel


# --- validators --------------------------------------------------------------------


def validated(decorator: Any, function: Any, *outer: Any) -> Any:
    """A model with a field `x`, and a validator for it."""
    validator = decorator(function)
    for descriptor in outer:
        validator = descriptor(validator)
    return model({"__annotations__": {"x": int}, "check": validator})


@pytest.mark.parametrize("name", ["field", "config", "info"])
def test_a_parameter_that_is_gone_raises(name):
    function = eval(f"lambda cls, v, {name}: v")
    with pytest.raises(pydantic.PydanticUserError):
        validated(pydantic.validator("x"), function)


def test_values_are_still_passed():
    function = eval("lambda cls, v, values, **kwargs: v")
    assert validated(pydantic.validator("x"), function)(x=1).x == 1


@pytest.mark.parametrize("arguments", [{}, {"pre": False}, {"allow_reuse": True}], ids=str)
def test_a_root_validator_that_may_not_be_skipped_raises(arguments):
    with pytest.raises(pydantic.PydanticUserError, match="skip_on_failure"):
        pydantic.root_validator(**arguments)(lambda _, values: values)


def test_a_validator_below_classmethod_does_not_run():
    made = validated(pydantic.field_validator("x"), lambda _, v: v + 1, classmethod)
    assert made(x=1).x == 1


def test_a_validator_is_not_awaited():
    async def check(_, v):
        return v

    value = validated(pydantic.field_validator("x"), classmethod(check))(x=1).x
    assert inspect.iscoroutine(value)
    value.close()


def test_a_validator_that_returns_nothing_makes_the_field_none():
    assert validated(pydantic.field_validator("x"), lambda _cls, _v: None)(x=1).x is None


def test_a_model_validator_that_returns_nothing_makes_the_model_none():
    made = validated(pydantic.model_validator(mode="after"), lambda _: None)
    assert made.model_validate({"x": 1}) is None


def test_a_class_method_after_validation_is_deprecated():
    def made() -> object:
        return validated(
            pydantic.model_validator(mode="after"), classmethod(lambda _, values: values)
        )

    assert "classmethod is deprecated" in warned(made)


# --- functions and patterns --------------------------------------------------------


@pytest.mark.parametrize("name", pydantic_v1_function._FUNCTIONS)
def test_a_function_is_deprecated(name):
    assert "deprecated" in getattr(pydantic, name.removeprefix("pydantic.")).__deprecated__


UNSUPPORTED = [
    r"a(?=b)", r"a(?!b)", r"(?<=a)b", r"(?<!a)b", r"(a)\1", r"(?P<x>a)(?P=x)", r"(?>a)b",
    r"(a)(?(1)b|c)", r"a{,3}", r"a\Z", r"(?#a)b",
]  # fmt: skip
SUPPORTED = [r"(?:a)(?i:b)(?P<c>d)", r"[(?=]+\(?=", r"\\1", r"[]\]]+", r"a{2,}?\b", r"\p{L}\z"]


@pytest.mark.parametrize("pattern", UNSUPPORTED)
def test_a_pattern_is_refused(pattern):
    assert (unsupported_pattern._unsupported(pattern) or "?") in pattern
    with pytest.raises(SchemaError):
        TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])


@pytest.mark.parametrize("pattern", SUPPORTED)
def test_a_pattern_is_taken(pattern):
    assert unsupported_pattern._unsupported(pattern) is None
    assert TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)]).json_schema()


# --- models of pydantic.v1 ---------------------------------------------------------


def test_fastapi_refuses_models_of_version_1():
    old = type("Old", (pytest.importorskip("pydantic.v1").BaseModel,), {})

    def read(item):
        return item

    read.__annotations__ = {"item": old}
    with pytest.raises(PydanticV1NotSupportedError):
        FastAPI().post("/")(read)


def test_a_parameter_with_an_unsupported_pattern_is_refused():
    def read(q):
        return q

    read.__annotations__ = {"q": Annotated[str, Query(pattern="a(?=b)")]}
    with pytest.raises(Exception, match="look-around"):
        FastAPI().get("/")(read)
