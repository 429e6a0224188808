"""The catalogues tell the truth about the libraries that are really installed.

Every name that a catalogue speaks of is looked up in the library: callables, classes,
aliases, bases, methods, attributes, arguments, and whether something is a coroutine
function. A catalogue's library stands in `catalogue-requirements.txt`, or in
`slow-catalogue-requirements.txt` or `lone-catalogue-requirements.txt`, which only the
tests marked `slow_catalogue` need. A library that is missing is a failure.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import dis
import functools
import importlib
import importlib.metadata
import inspect
import platform
import re
import sys
import types
import typing
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from fastlint.catalogues import (
    ArgumentSpec,
    Behaviour,
    CatalogueFile,
    ClassEntry,
    Condition,
    DerivedType,
    Form,
    NamedType,
    TypeExpression,
    load_file,
    parts,
)
from fastlint.rulebook import rules_root

# Libraries warn of what they deprecate; that is not ours to judge.
pytestmark = pytest.mark.filterwarnings("ignore")

HERE = Path(__file__).parent
CATALOGUES = rules_root() / "catalogues"


def aws_resources() -> Iterator[object]:
    """Every service, and every resource that it makes of a name or two."""
    session = resolve("boto3.Session")(region_name="eu-west-1")
    for name in session.get_available_resources():
        service = session.resource(name)
        yield service
        for part in service.meta.resource_model.subresources:
            yield getattr(service, part.name)(*["1"] * len(part.resource.identifiers))


AWS = ("bedrock-runtime", "lambda", "polly", "s3")


def aws_clients() -> Iterator[object]:
    for service in AWS:
        yield resolve("boto3.client")(service, region_name="eu-west-1")


def asynchronous_aws_clients() -> Iterator[object]:
    session = resolve("aiobotocore.session.get_session")()
    for service in AWS:
        client = session.create_client(service, region_name="eu-west-1")
        yield asyncio.run(client.__aenter__())


def asynchronous_aws_resources() -> Iterator[object]:
    session = resolve("aioboto3.Session")(region_name="eu-west-1")
    for name in session.get_available_resources():
        yield from asyncio.run(resources_of(session, name))


async def resources_of(session: Any, name: str) -> list[object]:
    service = await session.resource(name).__aenter__()
    parts = service.meta.resource_model.subresources
    made = [
        await getattr(service, part.name)(*["1"] * len(part.resource.identifiers)) for part in parts
    ]
    return [service, *made]


def django_model() -> Iterator[object]:
    if not (settings := resolve("django.conf.settings")).configured:
        settings.configure()
        resolve("django.setup")()
    meta = type("Meta", (), {"app_label": "examples"})
    yield type(resolve("django.db.models.Model"))(
        "Example",
        (resolve("django.db.models.Model"),),
        {"__module__": __name__, "Meta": meta},
    )


def ormar_model() -> Iterator[object]:
    model = resolve("ormar.Model")
    database = resolve("ormar.DatabaseConnection")("sqlite+aiosqlite://")
    metadata = resolve("sqlalchemy.MetaData")()
    content = {
        "__module__": __name__,
        "__annotations__": {"number": int},
        "ormar_config": resolve("ormar.OrmarConfig")(database=database, metadata=metadata),
        "number": resolve("ormar.Integer")(primary_key=True),
    }
    yield type(model)("Example", (model,), content)


def django_connection() -> Iterator[object]:
    next(iter(django_model()))
    yield resolve("django.db.connections")["default"]


def pooled_connection() -> Iterator[object]:
    yield resolve("sqlalchemy.create_engine")("sqlite://").raw_connection()


def temporary_file() -> Iterator[object]:
    with resolve("tempfile.NamedTemporaryFile")() as file:
        yield file


def vault_engines() -> Iterator[object]:
    yield resolve("hvac.Client")("http://a").secrets


def http_client() -> Iterator[object]:
    yield resolve("python_http_client.Client")("http://a")


INSTANCES: dict[str, Callable[[], Iterable[object]]] = {
    "aioboto3.resources.base.AIOBoto3ServiceResource": asynchronous_aws_resources,
    "aiobotocore.client.AioBaseClient": asynchronous_aws_clients,
    "boto3.resources.base.ServiceResource": aws_resources,
    "botocore.client.BaseClient": aws_clients,
    "django.db.models.Model": django_model,
    "django.utils.connection.ConnectionProxy": django_connection,
    "hvac.api.SecretsEngines": vault_engines,
    "ormar.Model": ormar_model,
    "python_http_client.client.Client": http_client,
    "sqlalchemy.pool.base._ConnectionFairy": pooled_connection,
    "tempfile._TemporaryFileWrapper": temporary_file,
}
"""Instances of classes whose methods are made at run time."""


@functools.cache
def instances(name: str) -> tuple[object, ...]:
    return tuple(INSTANCES.get(name, tuple)())


MARKS = ("is_async_method", "coroutine_annotation")
"""Attributes that Motor gives to its methods that return a future."""

ONLY_ON = {"os.chflags": "darwin", "os.lchmod": "darwin"}
"""Names that only one platform has."""


def distribution(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def requirements(name: str) -> set[str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return {distribution(line) for line in lines if line and not line.startswith(("#", "-"))}


QUICK = requirements("catalogue-requirements.txt")
SLOW = requirements("slow-catalogue-requirements.txt") | requirements(
    "lone-catalogue-requirements.txt"
)
FILES = {path.stem: load_file(path) for path in sorted(CATALOGUES.glob("*.toml"))}
CLASSES = {entry.name for file in FILES.values() for entry in file.class_}


def needs(file: CatalogueFile) -> str:
    return (file.distribution or file.library).lower().replace("_", "-")


every_file = pytest.mark.parametrize(
    "file",
    [
        pytest.param(
            file, id=stem, marks=[pytest.mark.slow_catalogue] if needs(file) in SLOW else []
        )
        for stem, file in FILES.items()
    ],
)


@pytest.fixture(autouse=True, scope="session")
def offline() -> Iterator[None]:
    """What libraries want before they can be imported, or looked at, without a network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")
        # Written for Python before 3.11, where this was a class of its own.
        patch.setattr(asyncio, "TimeoutError", asyncio.QueueFull)
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module("aioredis")
        patch.setattr(asyncio, "TimeoutError", TimeoutError)
        patch.setenv("OPENAI_API_KEY", "none")
        # Written for Paramiko before 4, which had one more kind of keys.
        with contextlib.suppress(ModuleNotFoundError):
            patch.setattr("paramiko.DSSKey", object, raising=False)
            importlib.import_module("pysftp")
        yield


# --- looking things up -------------------------------------------------------------


class MissingError(Exception):
    """A name does not exist."""


@functools.cache
def installed(library: str) -> Version:
    if library == "stdlib":
        return Version(platform.python_version())
    return Version(importlib.metadata.version(library))


def is_here(file: CatalogueFile, name: str, entry: Behaviour | ClassEntry) -> bool:
    """Whether the installed library, on this platform, is one that has `name`."""
    if ONLY_ON.get(name, sys.platform) != sys.platform:
        return False
    return entry.versions is None or SpecifierSet(entry.versions).contains(
        installed(needs(file)), prereleases=True
    )


@functools.cache
def resolve(name: str) -> Any:
    """What `name` means where its first part is imported; modules are imported as needed."""
    first, *rest = name.split(".") if "." in name else ["builtins", name]
    found: Any = module(first)
    path = first
    for attribute in rest:
        parent, path = path, f"{path}.{attribute}"
        try:
            found = getattr(found, attribute)
        except AttributeError:
            found = beyond(parent, attribute)
    return found


def module(path: str) -> ModuleType:
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError as error:
        if not path.startswith(error.name or "?"):
            raise
        raise MissingError(f"`{path}` is not there") from None


def beyond(parent: str, name: str) -> Any:
    """A module, or what a module holds that another name of its package hides."""
    with contextlib.suppress(MissingError):
        return module(f"{parent}.{name}")
    with contextlib.suppress(AttributeError):
        return getattr(module(parent), name)
    raise MissingError(f"`{parent}.{name}` does not exist")


def class_of(entry: ClassEntry) -> type:
    """The class behind the entry: of what it makes, where the name is a function."""
    found = resolve(entry.name)
    if isinstance(found, type):
        return found
    origin = typing.get_origin(found)
    return origin if origin is not None else type(found())


def member(entry: ClassEntry, name: str) -> Any:
    """What the class holds under `name`, or an instance of it that shows what others have."""
    with contextlib.suppress(AttributeError):
        return inspect.getattr_static(class_of(entry), name)
    for instance in instances(entry.name):
        if hasattr(instance, name):
            return getattr(instance, name)
    raise MissingError(f"no `{name}`")


def is_property(raw: object) -> bool:
    if isinstance(raw, property | functools.cached_property):
        return True
    # A descriptor that is no method; those with `fn` give one, where a condition holds.
    return hasattr(type(raw), "__get__") and not is_method(raw) and not hasattr(raw, "fn")


def is_method(raw: object) -> bool:
    return isinstance(raw, staticmethod | classmethod | functools.partialmethod) or callable(raw)


def unwrapped(function: Any) -> Any:
    if isinstance(function, staticmethod | classmethod):
        function = function.__func__
    if isinstance(function, functools.partial | functools.partialmethod):
        return unwrapped(function.func)
    return inspect.unwrap(function) if callable(function) else function


def is_coroutine_function(function: Any) -> bool:
    """Whether a call gives something to await: by its kind, or as it is annotated."""
    inner = unwrapped(function)
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(inner):
        return True
    if any(hasattr(function, mark) for mark in MARKS):
        return True
    annotation = annotated_result(function)
    if typing.get_origin(annotation) in (Awaitable, Coroutine):
        return True
    return bool(re.match(r"(\w+\.)*(Awaitable|Coroutine)\b", str(annotation)))


def annotated_result(function: Any) -> Any:
    return getattr(unwrapped(function), "__annotations__", {}).get("return", "")


def signature(function: Any, *, bound: bool) -> list[inspect.Parameter] | None:
    """The parameters without `self`; None where Python cannot tell."""
    static = isinstance(function, staticmethod)
    if isinstance(function, staticmethod | classmethod):
        function = function.__func__
    try:
        found = list(inspect.signature(function).parameters.values())
    except (ValueError, TypeError):
        return None
    return found[1:] if bound and not static and not inspect.ismethod(function) else found


# --- what can be wrong -------------------------------------------------------------


def functions(file: CatalogueFile) -> Iterator[tuple[str, Behaviour]]:
    """The functions of a catalogue that the installed library has."""
    for entry in file.callable:
        for name in entry.all_names:
            if is_here(file, name, entry):
                yield name, entry


def classes(file: CatalogueFile) -> Iterator[ClassEntry]:
    """The classes of a catalogue that the installed library has."""
    return (entry for entry in file.class_ if is_here(file, entry.name, entry))


def own_methods(file: CatalogueFile, entry: ClassEntry) -> Iterator[tuple[str, Behaviour]]:
    """The methods of a class that the installed library has."""
    for name, behaviour in entry.methods.items():
        if is_here(file, f"{entry.name}.{name}", behaviour):
            yield name, behaviour


def methods(file: CatalogueFile) -> Iterator[tuple[str, Any, Behaviour]]:
    """The methods of a catalogue that there are: full name, what the class holds, behaviour."""
    for entry in classes(file):
        for name, behaviour in own_methods(file, entry):
            with contextlib.suppress(MissingError):
                yield f"{entry.name}.{name}", member(entry, name), behaviour


def missing(names: Iterator[tuple[str, Callable[[], Any]]]) -> Iterator[str]:
    for name, look_up in names:
        try:
            look_up()
        except MissingError as error:
            yield f"{name}: {error}"


def names_of(file: CatalogueFile) -> Iterator[tuple[str, Callable[[], Any]]]:
    for name, _ in functions(file):
        yield name, functools.partial(resolve, name)
    for entry in classes(file):
        yield entry.name, functools.partial(class_of, entry)
        for name in entry.attributes:
            yield entry.name, functools.partial(attribute, entry, name)
        for name, _ in own_methods(file, entry):
            yield entry.name, functools.partial(member, entry, name)


def attribute(entry: ClassEntry, name: str) -> None:
    """Looks for an attribute of instances: on the class, annotated, or set by a method."""
    cls = class_of(entry)
    bases = cls.__mro__
    with contextlib.suppress(AttributeError):
        inspect.getattr_static(cls, name)
        return
    if hasattr(cls, name) or any(name in vars(base).get("__annotations__", {}) for base in bases):
        return
    if any(sets(function, name) for base in bases for function in vars(base).values()):
        return
    if any(shows(instance, name) for instance in instances(entry.name)):
        return
    subclass = types.new_class("Subclass", (cls,))
    if not any(name in vars(base) for base in subclass.__mro__):
        raise MissingError(f"no attribute `{name}`")


def shows(instance: object, name: str) -> bool:
    """Whether there is an attribute, without reading what asks a server for its value."""
    return hasattr(type(instance), name) or hasattr(instance, name)


def sets(function: Any, name: str) -> bool:
    code = getattr(unwrapped(function), "__code__", None)
    return code is not None and any(
        instruction.opname == "STORE_ATTR" and instruction.argval == name
        for instruction in dis.get_instructions(code)
    )


def counterparts(file: CatalogueFile) -> Iterator[str]:
    for _, behaviour in functions(file):
        yield behaviour.instead or ""
    for entry in classes(file):
        yield entry.instead or ""
        yield entry.constructor.instead or ""
        for _, behaviour in own_methods(file, entry):
            yield behaviour.instead or ""


def typed(file: CatalogueFile) -> Iterator[TypeExpression]:
    """The types that a catalogue speaks of, outside the terms of type parameters."""
    results = [behaviour.result for _, behaviour in functions(file)]
    for entry in classes(file):
        results += entry.attribute_types.values()
        results.append(entry.constructor.result)
        results += [behaviour.result for _, behaviour in own_methods(file, entry)]
    return (result for result in results if result is not None)


def classes_named(file: CatalogueFile) -> Iterator[str]:
    """The names of classes in the types of a catalogue; those of builtins are bare."""
    for part in chain.from_iterable(map(parts, typed(file))):
        if isinstance(part, NamedType) and "." in part.name:
            yield part.name


def specs(behaviour: Behaviour) -> Iterator[ArgumentSpec]:
    for given in behaviour.arguments.values():
        yield from given
    for conditions in behaviour.conditions:
        yield from (condition.argument for condition in conditions)
    for part in parts(behaviour.result) if behaviour.result else ():
        if isinstance(part, DerivedType) and part.form not in (Form.SUPER, Form.IDENTITY):
            yield part.argument


def wrong_arguments(
    title: str, behaviour: Behaviour, parameters: list[inspect.Parameter] | None
) -> Iterator[str]:
    if parameters is None:
        return
    for spec in specs(behaviour):
        fault = wrong_argument(spec, parameters)
        if fault:
            yield f"{title}: {fault}"


def wrong_argument(spec: ArgumentSpec, parameters: list[inspect.Parameter]) -> str | None:
    kinds = inspect.Parameter
    takes_any = any(parameter.kind is kinds.VAR_POSITIONAL for parameter in parameters)
    takes_keywords = any(parameter.kind is kinds.VAR_KEYWORD for parameter in parameters)
    named = {
        parameter.name: parameter
        for parameter in parameters
        if parameter.kind in (kinds.POSITIONAL_OR_KEYWORD, kinds.KEYWORD_ONLY)
    }
    positional = [
        parameter
        for parameter in parameters
        if parameter.kind in (kinds.POSITIONAL_OR_KEYWORD, kinds.POSITIONAL_ONLY)
    ]
    if spec.every:
        return None if takes_any or positional else "takes no positional arguments"
    if spec.keyword == "self" and spec.position is None:
        return None
    if spec.keyword is not None and spec.keyword not in named and not takes_keywords:
        return f"has no argument `{spec.keyword}`"
    if spec.position is None:
        return None
    if spec.position >= len(positional):
        return None if takes_any else f"has no argument {spec.position}"
    actual = positional[spec.position].name
    if spec.keyword in named and actual != spec.keyword:
        return f"argument {spec.position} is `{actual}`, not `{spec.keyword}`"
    return None


def names_of_conditions(file: CatalogueFile) -> Iterator[str]:
    behaviours: list[Behaviour] = [behaviour for _, behaviour in functions(file)]
    for entry in classes(file):
        behaviours += [entry.constructor, *entry.methods.values()]
    for behaviour in behaviours:
        for text in (*behaviour.when, *behaviour.unless):
            condition = Condition.parse(text)
            yield condition.instance or condition.constant or ""


def no(faults: Iterable[str]) -> None:
    listed = list(faults)
    assert not listed, "\n".join(listed)


# --- the tests ---------------------------------------------------------------------


@every_file
def test_every_name_exists(file: CatalogueFile) -> None:
    no(missing(names_of(file)))


@every_file
def test_what_is_named_beside_exists(file: CatalogueFile) -> None:
    names = {*counterparts(file), *classes_named(file), *names_of_conditions(file)} - {"", "None"}
    wanted = (
        (name, functools.partial(resolve, name))
        for name in sorted(names)
        if not is_left_to_another_run(name, file)
    )
    no(missing(wanted))


def is_left_to_another_run(name: str, file: CatalogueFile) -> bool:
    """Whether a quick catalogue names what a slow one has: there it is verified."""
    return needs(file) not in SLOW and name in NAMES_OF_SLOW


NAMES_OF_SLOW = {
    name
    for file in FILES.values()
    if needs(file) in SLOW
    for name in (
        *(name for entry in file.callable for name in entry.all_names),
        *(
            ".".join(filter(None, (owner, method)))
            for entry in file.class_
            for owner in (entry.name, *entry.aliases)
            for method in ("", *entry.methods)
        ),
    )
}


@every_file
def test_coroutine_functions_are_called_so(file: CatalogueFile) -> None:
    found = [(name, resolve(name), behaviour) for name, behaviour in functions(file)]
    found += (each for each in methods(file) if not each[2].property)
    no(
        f"{name}: coroutine is {behaviour.coroutine}"
        for name, function, behaviour in found
        if behaviour.coroutine != is_coroutine_function(function)
        and not behaviour.awaitable
        and not gives_awaitable(behaviour)
        and not (behaviour.coroutine and may_give_coroutine(name.rpartition(".")[0], function))
    )


def may_give_coroutine(owner: str, function: Any) -> bool:
    """Whether a plain method calls a coroutine function of its class, directly or not, or
    is annotated to give an awaitable among others."""
    if "Awaitable" in str(annotated_result(function)):
        return True
    cls = resolve(owner) if owner in CLASSES else None
    names = getattr(getattr(unwrapped(function), "__code__", None), "co_names", ())
    members = [inspect.getattr_static(cls, name, None) for name in names]
    return any(map(is_coroutine_function, members)) or any(
        may_give_coroutine(owner, member)
        for member in members
        if member is not function and callable(member) and not isinstance(member, type)
    )


def gives_awaitable(behaviour: Behaviour) -> bool:
    """Whether the result is of a class that can be awaited."""
    result = behaviour.result
    return (
        isinstance(result, NamedType)
        and "." in result.name
        and hasattr(resolve(result.name), "__await__")
    )


@every_file
def test_generators_wait_until_they_are_iterated(file: CatalogueFile) -> None:
    found = [(name, resolve(name), behaviour) for name, behaviour in functions(file)]
    no(
        name
        for name, function, behaviour in (*found, *methods(file))
        if behaviour.effect
        and not behaviour.deferred
        and is_generator_function(function)
        # Syntax runs these only to iterate.
        and name.rpartition(".")[2] not in ("__iter__", "__next__")
    )


def is_generator_function(function: Any) -> bool:
    if isinstance(function, staticmethod | classmethod):
        function = function.__func__
    return inspect.isgeneratorfunction(function)


@every_file
def test_properties_are_called_so(file: CatalogueFile) -> None:
    no(name for name, raw, behaviour in methods(file) if behaviour.property != is_property(raw))


@every_file
def test_arguments_exist(file: CatalogueFile) -> None:
    faults: list[str] = []
    for name, behaviour in functions(file):
        faults += wrong_arguments(name, behaviour, signature(resolve(name), bound=False))
    for name, raw, behaviour in methods(file):
        if not behaviour.property:
            faults += wrong_arguments(name, behaviour, signature(raw, bound=True))
    for entry in classes(file):
        parameters = signature(resolve(entry.name), bound=False)
        faults += wrong_arguments(entry.name, entry.constructor, parameters)
        for behaviour in entry.methods.values():
            made_with = behaviour.made_with if parameters else ()
            wrong = [wrong_argument(spec, parameters or []) for spec in made_with]
            faults += [f"{entry.name}: {fault}" for fault in wrong if fault]
        for expression in entry.bound_parameters.values():
            derived = [part for part in parts(expression) if isinstance(part, DerivedType)]
            for part in derived:
                fault = parameters and wrong_argument(part.argument, parameters)
                faults += [f"{entry.name}: {fault}"] if fault else []
    no(faults)


@every_file
def test_no_asynchronous_protocol_is_left_out(file: CatalogueFile) -> None:
    """What lists `__enter__` alone is taken for something that `async with` cannot enter."""
    pairs = (("__enter__", "__aenter__"), ("__iter__", "__aiter__"))
    no(
        f"{entry.name}: `{twin}` is left out"
        for entry in classes(file)
        for plain, twin in pairs
        if plain in entry.methods and twin not in entry.methods and hasattr(class_of(entry), twin)
    )


@every_file
def test_bases_are_bases(file: CatalogueFile) -> None:
    no(
        f"{entry.name} is no {base}"
        for entry in classes(file)
        for base in entry.bases
        if not issubclass(class_of(entry), resolve(base))
    )


@every_file
def test_aliases_are_the_same_thing(file: CatalogueFile) -> None:
    faults = [
        alias
        for entry in file.callable
        for alias in entry.aliases
        if is_here(file, alias, entry) and resolve(alias) != resolve(entry.all_names[0])
    ]
    for entry in classes(file):
        faults += [alias for alias in entry.aliases if not makes(resolve(alias), entry)]
    no(faults)


def makes(alias: Any, entry: ClassEntry) -> bool:
    """Whether `alias` is the class, a typing alias of it, or a function that makes one."""
    found = resolve(entry.name)
    if alias is found or typing.get_origin(alias) is found or alias is class_of(entry):
        return True
    if isinstance(alias, type):
        return False
    needed = [
        parameter
        for parameter in signature(alias, bound=False) or ()
        if parameter.default is parameter.empty
        and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    return isinstance(alias(*[1 for _ in needed]), class_of(entry))


@every_file
def test_constants_are_instances(file: CatalogueFile) -> None:
    faults = []
    for name, text in file.constants.items():
        # pytest puts something of its own there.
        value = sys.__stdin__ if name == "sys.stdin" else resolve(name)
        if value is not None and not isinstance(value, resolve(text.partition("[")[0])):
            faults.append(name)
    no(faults)


@every_file
def test_modules_that_are_the_same_have_the_same_names(file: CatalogueFile) -> None:
    names = [name for name, _ in functions(file)] + [entry.name for entry in classes(file)]
    wanted = [
        name.replace(original, copy, 1)
        for copy, original in file.same.items()
        for name in names
        if name == original or name.startswith(f"{original}.")
    ]
    no(missing((name, functools.partial(resolve, name)) for name in wanted))


@every_file
def test_what_is_removed_is_gone(file: CatalogueFile) -> None:
    no(name for name in sorted(names_gone(file, "removed")) if exists(name))


@every_file
def test_what_is_deprecated_is_there(file: CatalogueFile) -> None:
    names = names_gone(file, "deprecated") - names_gone(file, "removed")
    kept = {name for entry in file.deprecation for name in entry.except_}
    no(name for name in sorted(names | kept) if not exists(name))


def names_gone(file: CatalogueFile, since: str) -> set[str]:
    """The names that the installed library is new enough to warn of, or not to have."""
    return {
        name
        for entry in file.deprecation
        if (version := getattr(entry, since)) and Version(version) <= installed(needs(file))
        for name in entry.names
        if not name.endswith(".*")
    }


def exists(name: str) -> bool:
    """Whether a name can be imported. Pydantic raises what is no AttributeError."""
    try:
        resolve(name)
    except (MissingError, ImportError):
        return False
    except Exception as error:
        if "has been removed" in str(error) or "has been moved" in str(error):
            return False
        raise
    return True


def test_every_library_stands_in_one_list_of_requirements() -> None:
    homeless = [
        stem
        for stem, file in FILES.items()
        if stem != "stdlib" and (needs(file) in QUICK) + (needs(file) in SLOW) != 1
    ]
    no(homeless)


def test_builtins_are_what_bare_names_mean() -> None:
    assert resolve("str") is builtins.str
