"""The model of Pydantic: which classes are models, what their bodies declare, and where the
project uses what Pydantic gives. One model, asked by all rules.

The facts are those of Pydantic 1.10 and of 2.0 to 2.14. What belongs to `pydantic.v1` is
another library; a class that may be of either is no model here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass
from functools import cached_property

from fastlint.project.fallbacks import Fallbacks
from fastlint.project.frameworks.fastapi import argument_of
from fastlint.project.objects import (
    NONE,
    UNKNOWN,
    AnyClass,
    ClassObject,
    Frame,
    FunctionObject,
    Instance,
    LibraryClass,
    LibraryObject,
    ModuleObject,
    Object,
    SuperObject,
)
from fastlint.project.sites import Sites
from fastlint.project.symbols import Class, Function, ProjectModule
from fastlint.project.types import Types
from fastlint.project.uses import Uses, attributes_taken
from fastlint.summaries import (
    Argument,
    Attribute,
    Binding,
    BindingKind,
    Call,
    Expression,
    Import,
    Literal,
    Mapping,
    Name,
    Operation,
    Subscript,
)

BASE_MODEL = "pydantic.BaseModel"
SETTINGS = "pydantic_settings.BaseSettings"
OLD_SETTINGS = "pydantic.BaseSettings"
CONFIG_DICTS = ("pydantic.ConfigDict", "pydantic_settings.SettingsConfigDict")
FIELD = "pydantic.Field"
FIELDS = (FIELD, "sqlmodel.Field")
VERSION_1 = "pydantic.v1"
MODEL_CONFIG = "model_config"
CONFIG_CLASS = "Config"
ROOT = "__root__"

RENAMED_KEYS = {
    "allow_mutation": "frozen",
    "allow_population_by_field_name": "populate_by_name",
    "anystr_lower": "str_to_lower",
    "anystr_strip_whitespace": "str_strip_whitespace",
    "anystr_upper": "str_to_upper",
    "keep_untouched": "ignored_types",
    "max_anystr_length": "str_max_length",
    "min_anystr_length": "str_min_length",
    "orm_mode": "from_attributes",
    "schema_extra": "json_schema_extra",
    "validate_all": "validate_default",
}
"""Keys of configurations that Pydantic 2 gave other names, and those names."""

_DECORATORS = frozenset(
    {
        "pydantic.computed_field",
        "pydantic.field_serializer",
        "pydantic.field_validator",
        "pydantic.model_serializer",
        "pydantic.model_validator",
        "pydantic.root_validator",
        "pydantic.validate_arguments",
        "pydantic.validator",
    }
)
_FUNCTIONAL = tuple(
    f"pydantic.{name}"
    for name in (
        "AfterValidator",
        "BeforeValidator",
        "PlainSerializer",
        "PlainValidator",
        "WrapSerializer",
        "WrapValidator",
    )
)
_CONFIGURED = {
    "pydantic.create_model": "__config__",
    "pydantic.dataclasses.dataclass": "config",
    "pydantic.TypeAdapter": "config",
    "pydantic.validate_call": "config",
}
"""The arguments that take a configuration, by callable."""


_OLD_KINDS = ("root_validator", "validate_arguments", "validator")
_OLD_NAMES = ("pydantic.parse_obj_as", "pydantic.schema_of", "pydantic.validator")
_NEW_NAMES = frozenset(
    f"pydantic.{name}"
    for name in (
        "AfterValidator",
        "AliasChoices",
        "AliasPath",
        "BeforeValidator",
        "ConfigDict",
        "PlainSerializer",
        "PlainValidator",
        "RootModel",
        "SerializationInfo",
        "StringConstraints",
        "TypeAdapter",
        "ValidationInfo",
        "WrapValidator",
        "alias_generators.to_camel",
        "computed_field",
        "field_serializer",
        "field_validator",
        "model_serializer",
        "model_validator",
        "validate_call",
    )
)
_NEW_KEYS = frozenset(RENAMED_KEYS.values()) - {"frozen"}
_NEW_METHODS = frozenset(
    {
        "model_construct",
        "model_copy",
        "model_dump",
        "model_dump_json",
        "model_fields_set",
        "model_json_schema",
        "model_rebuild",
        "model_validate",
        "model_validate_json",
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class ModelField:
    """A field that a model declares: an annotated name of its body."""

    name: str
    annotation: Expression
    default: Expression | None
    """What is assigned, if anything; a call of `Field` included."""
    call: Call | None
    """The call of `Field`, assigned or in the metadata of `Annotated`."""
    start: int
    end: int

    @property
    def has_default(self) -> bool:
        """Whether something says what the field is if it is not given, be it `...`."""
        if self.default is not None and self.default is not self.call:
            return True
        return self.call is not None and any(
            argument.name in ("default", "default_factory", None)
            for argument in self.call.arguments
        )


@dataclass(frozen=True, slots=True, eq=False)
class ConfigKey:
    """A key of a configuration, and where it is written."""

    name: str
    value: Expression | None
    """None where a function of that name stands for it."""
    module: ProjectModule
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Configuration:
    """The keys of a configuration; not `complete` where some are not known."""

    keys: tuple[ConfigKey, ...]
    complete: bool

    def get(self, name: str) -> ConfigKey | None:
        """The key of this name that counts: the last one."""
        return next((key for key in reversed(self.keys) if key.name == name), None)


@dataclass(frozen=True, slots=True, eq=False)
class Decoration:
    """A validator, serializer or computed field: a function below a decorator of Pydantic's."""

    kind: str
    """The decorator's name: `field_validator`"""
    function: Function
    decorator: Expression
    call: Call | None
    """The decorator, where it is called."""
    index: int
    """Its place among the function's decorators, outermost first."""
    frame: Frame

    @property
    def place(self) -> tuple[int, int]:
        """Of the decorator, without `@`."""
        return self.function.module.place(self.decorator) or (
            self.function.summary.start,
            self.function.summary.name_end,
        )

    @property
    def symbol(self) -> str:
        """The qualified name of the function."""
        return self.function.qualname

    def argument(self, name: str) -> Expression | None:
        """The keyword argument of the decorator."""
        return None if self.call is None else argument_of(self.call, name)

    def text(self, name: str) -> str | None:
        """A keyword argument that is a literal string."""
        match self.argument(name):
            case Literal(value=str() as text):
                return text
        return None


@dataclass(frozen=True, slots=True, eq=False)
class LibraryUse:
    """A place where the project takes a name from Pydantic: an import, or an attribute of
    an imported module."""

    name: str
    """As it is written, in full: `pydantic.utils.to_camel`"""
    frame: Frame
    start: int
    end: int
    type_checking: bool
    """Only type checkers see it."""


@dataclass(frozen=True, slots=True, eq=False)
class PydanticCall:
    """A call of something that Pydantic gives, or a library built on it, by its canonical
    name."""

    name: str
    call: Call
    frame: Frame

    @property
    def module(self) -> ProjectModule:
        return self.frame.module


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """An attribute that a model has from Pydantic, taken of an instance or of the class.

    Not `certain` where the receiver may be something that is not known.
    """

    attribute: Attribute
    call: Call | None
    """The call, where the attribute is called at once."""
    frame: Frame
    on_class: bool
    certain: bool


class Pydantic:
    """Everything that the project declares to Pydantic 2."""

    def __init__(self, types: Types, sites: Sites, uses: Uses) -> None:
        self._types = types
        self._sites = sites
        self._all_uses = uses
        self._models: dict[AnyClass, bool] = {}
        self._fallbacks = Fallbacks(types, "pydantic", ("model_", "__pydantic_", "__fields__"))

    # --- models ---

    def is_model(self, cls: AnyClass) -> bool:
        """Whether a class is known to be a model of Pydantic 2."""
        found = self._models.get(cls)
        if found is None:
            order = self._types.classes.order(cls)
            found = any(map(_is_model_base, order)) and not any(map(_is_version_1, order))
            self._models[cls] = found
        return found

    def is_version_1(self, cls: AnyClass) -> bool:
        """Whether a class is a model of `pydantic.v1`, and of nothing else."""
        order = self._types.classes.order(cls)
        return any(map(_is_version_1, order)) and not any(map(_is_model_base, order))

    def is_settings(self, cls: AnyClass) -> bool:
        """Whether a class reads its fields from the environment."""
        return self._types.classes.derives_from(cls, SETTINGS, OLD_SETTINGS)

    def is_part_of_settings(self, cls: Class) -> bool:
        """Whether a class, or one below it, reads its fields from the environment."""
        return any(map(self.is_settings, (cls, *self._types.classes.subclasses(cls))))

    @cached_property
    def models(self) -> tuple[Class, ...]:
        """Every model of the project that is meant for Pydantic 2, in the order of files
        and text; those that only another version of Pydantic sees are left out."""
        return tuple(
            cls
            for cls in self._types.symbols.classes()
            if self.is_model(cls) and not self._fallbacks.contain(cls)
        )

    def fields(self, cls: Class) -> Iterator[ModelField]:
        """The fields that the body of a model declares."""
        frame = self._types.class_frame(cls, None)
        for binding in own_bindings(cls):
            if binding.kind not in (BindingKind.ASSIGNED, BindingKind.DECLARED):
                continue
            annotation = binding.annotation
            if annotation is None or binding.name.startswith("_"):
                continue
            if binding.name == MODEL_CONFIG or self._is_class_variable(annotation, frame):
                continue
            default = None if binding.kind is BindingKind.DECLARED else binding.value
            call = self._field_call(default, annotation, frame)
            yield ModelField(binding.name, annotation, default, call, binding.start, binding.end)

    def is_class_variable(self, cls: Class, name: str) -> bool:
        """Whether the body of a class declares a name as `ClassVar`."""
        frame = self._types.class_frame(cls, None)
        return any(
            self._is_class_variable(annotation, frame)
            for index in cls.block.exit.get(name, ())
            if (annotation := cls.block.bindings[index].annotation) is not None
        )

    def _is_class_variable(self, annotation: Expression, frame: Frame) -> bool:
        match annotation:
            case Subscript(value=value):
                return self._is_class_variable(value, frame)
            case Name() | Attribute():
                return self.library_name(annotation, frame) == "typing.ClassVar"
        return False

    def _field_call(
        self, default: Expression | None, annotation: Expression, frame: Frame
    ) -> Call | None:
        metadata = self._types.annotations.metadata(annotation, frame)
        for candidate, home in ((default, frame), *metadata):
            if isinstance(candidate, Call) and self.library_name(candidate.callee, home) in FIELDS:
                return candidate
        return None

    # --- configuration ---

    def config_class(self, cls: Class) -> Binding | None:
        """What binds `Config` in the body of a model, unless another version of Pydantic is
        meant by it."""
        return self._own(cls, CONFIG_CLASS)

    def model_config(self, cls: Class) -> Binding | None:
        """What binds `model_config` in the body of a model."""
        return self._own(cls, MODEL_CONFIG)

    def _own(self, cls: Class, name: str) -> Binding | None:
        frame = self._types.class_frame(cls, None)
        for index in reversed(cls.block.exit.get(name, ())):
            binding = cls.block.bindings[index]
            if not self._fallbacks.covers(binding.guards, frame):
                return binding
        return None

    def configuration(self, cls: AnyClass) -> Configuration:
        """All that configures a model, inherited keys first."""
        parts = [
            self.own_configuration(base)
            for base in reversed(self._types.classes.order(cls))
            if isinstance(base, Class)
        ]
        complete = all(part.complete for part in parts)
        return Configuration(
            tuple(key for part in parts for key in part.keys),
            complete and not self._types.classes.has_unknown_base(cls),
        )

    def own_configuration(self, cls: Class) -> Configuration:
        """What the definition of a model itself configures, one way or another."""
        frame = self._types.class_frame(cls, None)
        parts = [self.class_keywords(cls)]
        config = self.config_class(cls)
        if config is not None:
            parts.append(self.keys_of_class(config.value, frame))
        settings = self.model_config(cls)
        if settings is not None:
            parts.append(self.keys_of(settings.value, frame))
        return Configuration(
            tuple(key for part in parts for key in part.keys),
            all(part.complete for part in parts),
        )

    def class_keywords(self, cls: Class) -> Configuration:
        """The keywords of a model's class statement."""
        return Configuration(
            tuple(
                self._key(name, value, cls.module, cls.summary.name_start, cls.summary.name_end)
                for name, value in cls.summary.keywords
            ),
            complete=True,
        )

    def keys_of_class(self, config: Expression, frame: Frame) -> Configuration:
        """The keys of a `Config` class, those of its bases included."""
        found: list[ConfigKey] = []
        complete = True
        for item in self._types.evaluate(config, frame):
            if not isinstance(item, ClassObject):
                complete = False
                continue
            complete = complete and not self._types.classes.has_unknown_base(item.cls)
            for base in reversed(self._types.classes.order(item.cls)):
                if isinstance(base, Class):
                    found.extend(_attributes(base))
        return Configuration(tuple(found), complete)

    def keys_of(self, expression: Expression | None, frame: Frame) -> Configuration:
        """The keys of a configuration that is written as a dict, or as a call."""
        match expression:
            case Mapping(items=items):
                return self._keys_of_mapping(items, frame)
            case Call(callee=callee, arguments=arguments, end=end):
                if self.library_name(callee, frame) not in (*CONFIG_DICTS, "builtins.dict"):
                    return Configuration((), complete=False)
                module = frame.module
                found = [
                    ConfigKey(item.name, item.value, module, item.start, _end(item, module, end))
                    for item in arguments
                    if item.name is not None
                ]
                return Configuration(tuple(found), len(found) == len(arguments))
            case Operation(operator="|", operands=operands):
                parts = [self.keys_of(operand, frame) for operand in operands]
                return Configuration(tuple(key for part in parts for key in part.keys), False)
        return Configuration((), complete=False)

    def _keys_of_mapping(
        self, items: Iterable[tuple[Expression | None, Expression]], frame: Frame
    ) -> Configuration:
        found = []
        complete = True
        for key, value in items:
            match key:
                case Literal(value=str() as name, start=start, end=end):
                    found.append(ConfigKey(name, value, frame.module, start, end))
                case _:
                    complete = False
        return Configuration(tuple(found), complete)

    def _key(
        self, name: str, value: Expression, module: ProjectModule, start: int, end: int
    ) -> ConfigKey:
        return ConfigKey(name, value, module, *(module.place(value) or (start, end)))

    def written_configurations(self) -> Iterator[Configuration]:
        """Every configuration of Pydantic 2's kind: `model_config`, `ConfigDict(...)`, and
        what is passed as one."""
        for cls in self.models:
            settings = self.model_config(cls)
            frame = self._types.class_frame(cls, None)
            if settings is not None and not self._is_config_dict(settings.value, frame):
                yield self.keys_of(settings.value, frame)
        for used in self.calls(*CONFIG_DICTS):
            yield self.keys_of(used.call, used.frame)
        for used in self.calls(*_CONFIGURED):
            passed = argument_of(used.call, _CONFIGURED[used.name])
            if passed is not None and not self._is_config_dict(passed, used.frame):
                yield self.keys_of(passed, used.frame)

    def passed_classes(self) -> Iterator[tuple[PydanticCall, Expression]]:
        """The classes that are passed where Pydantic takes a configuration."""
        for used in self.calls(*_CONFIGURED):
            passed = argument_of(used.call, _CONFIGURED[used.name])
            if passed is None:
                continue
            objects = self._types.evaluate(passed, used.frame)
            if objects and all(isinstance(item, ClassObject) for item in objects):
                yield used, passed

    def _is_config_dict(self, value: Expression, frame: Frame) -> bool:
        return isinstance(value, Call) and self.library_name(value.callee, frame) in CONFIG_DICTS

    # --- decorated functions ---

    @cached_property
    def decorations(self) -> tuple[Decoration, ...]:
        """Every validator, serializer and computed field, in the order of files and text."""
        return tuple(
            decoration
            for function in self._types.symbols.functions()
            if function.summary.decorators and not self._fallbacks.contain(function)
            for decoration in self._decorations(function)
        )

    def _decorations(self, function: Function) -> Iterator[Decoration]:
        frame = self._types.defining_frame(function)
        for index, decorator in enumerate(function.summary.decorators):
            call = decorator if isinstance(decorator, Call) else None
            name = self.library_name(decorator if call is None else call.callee, frame)
            if name in _DECORATORS:
                kind = name.rpartition(".")[2]
                yield Decoration(kind, function, decorator, call, index, frame)

    @cached_property
    def functional(self) -> tuple[tuple[PydanticCall, Function], ...]:
        """The functions of the project that annotations name as validators and serializers,
        where `AfterValidator(function)` and the like name them."""
        return tuple(
            (used, item.function)
            for used in self.calls(*_FUNCTIONAL)
            if (passed := argument_of(used.call, "func", 0)) is not None
            for item in self._types.evaluate(passed, used.frame)
            if isinstance(item, FunctionObject)
        )

    # --- uses ---

    def library_name(self, expression: Expression, frame: Frame) -> str | None:
        """The library name that an expression stands for, if it is one: `pydantic.Field`.
        Local variables are not followed."""
        match expression:
            case Name(definitions=definitions):
                if frame.function is not None and not all(
                    frame.block.bindings[index].kind is BindingKind.IMPORT for index in definitions
                ):
                    return None
                names = {_name_of(item) for item in self._types.evaluate(expression, frame)}
                return names.pop() if len(names) == 1 else None
            case Attribute(value=value, name=name):
                if not isinstance(value, (Name, Attribute)):
                    return None
                owner = self.library_name(value, frame)
                if owner is not None:
                    return self._types.catalogue.canonical(f"{owner}.{name}")
                if self._is_module(value, frame):
                    names = {_name_of(item) for item in self._types.evaluate(expression, frame)}
                    return names.pop() if len(names) == 1 else None
        return None

    def _is_module(self, expression: Name | Attribute, frame: Frame) -> bool:
        match expression:
            case Name(definitions=definitions) if frame.function is not None and definitions:
                return False
        return any(
            isinstance(item, ModuleObject) for item in self._types.evaluate(expression, frame)
        )

    @cached_property
    def uses(self) -> tuple[LibraryUse, ...]:
        """Every name that is taken from Pydantic by name, unless another version is meant."""
        return tuple(self._uses())

    def _uses(self) -> Iterator[LibraryUse]:
        importing: set[ProjectModule] = set()
        for binding, imported, frame in self._all_uses.imports:
            if not self._is_of_pydantic(imported, frame):
                continue
            importing.add(frame.module)
            if imported.attribute and not self._fallbacks.binds(binding, frame):
                yield _imported(imported, frame, type_checking=binding.type_checking)
        for frame in self._types.generic_frames():
            if frame.module in importing:
                yield from self._taken(frame)

    def _is_of_pydantic(self, imported: Import, frame: Frame) -> bool:
        return (
            imported.module.partition(".")[0] == "pydantic"
            and self._types.symbols.find(imported.module, frame.module) is None
        )

    def _taken(self, frame: Frame) -> Iterator[LibraryUse]:
        for attribute, _, guards, _ in attributes_taken(frame):
            owner = self.library_name(attribute.value, frame)
            if owner is None or owner.partition(".")[0] != "pydantic":
                continue
            if not self._fallbacks.covers(guards, frame):
                name = f"{owner}.{attribute.name}"
                yield LibraryUse(name, frame, attribute.start, attribute.end, type_checking=False)

    def calls(self, *names: str) -> Iterator[PydanticCall]:
        """Every call of one of these, by their canonical names: functions of Pydantic, and of
        FastAPI and SQLModel that take the same arguments."""
        for call, frame, _ in self._sites.of(*names):
            name = self.library_name(call.callee, frame)
            if name in names and not self._fallbacks.covers(call.guards, frame):
                yield PydanticCall(name, call, frame)

    def passed(self, *names: str) -> Iterator[tuple[str, Expression, Frame]]:
        """Where one of these is passed to a call, in the modules that import it by name."""
        importing = {use.frame.module for use in self.uses if use.name in names}
        for frame in self._types.generic_frames():
            if frame.module not in importing:
                continue
            for call in frame.block.calls:
                for argument in call.arguments:
                    name = self.library_name(argument.value, frame)
                    if name in names:
                        yield name, argument.value, frame

    def accesses(self, names: MappingABC[str, object]) -> Iterator[Access]:
        """Where one of these attributes is taken of something that is known to be a model,
        and has it from Pydantic."""
        for attribute, call, guards, frame in self._all_uses.attributes(*names):
            access = self._access(attribute, call, frame)
            if access is not None and not self._fallbacks.covers(guards, frame):
                yield access

    def _access(self, attribute: Attribute, call: Call | None, frame: Frame) -> Access | None:
        receivers = self._types.evaluate(attribute.value, frame)
        items = [item for item in receivers if item is not NONE and item is not UNKNOWN]
        if not items or not all(self._gives(item, attribute.name) for item in items):
            return None
        certain = UNKNOWN not in receivers and not any(map(self._has_unknown_base, items))
        on_class = all(isinstance(item, ClassObject) for item in items)
        return Access(attribute, call, frame, on_class, certain)

    def _gives(self, item: Object, name: str) -> bool:
        """Whether an object has an attribute of this name from Pydantic itself."""
        match item:
            case Instance(cls=cls) | ClassObject(cls=cls):
                order = self._types.classes.order(cls)
            case SuperObject(cls=above, receiver=Instance(cls=cls) | ClassObject(cls=cls)):
                order = self._types.classes.order(cls)
                order = order[order.index(above) + 1 :] if above in order else ()
            case _:
                return False
        return self.is_model(cls) and _is_first_in_model(order, name)

    def _has_unknown_base(self, item: Object) -> bool:
        match item:
            case Instance(cls=cls) | ClassObject(cls=cls):
                return self._types.classes.has_unknown_base(cls)
        return False

    def hooks(self, names: MappingABC[str, str]) -> Iterator[tuple[Class, Binding]]:
        """The methods of these names, by which a type tells Pydantic 1 how to treat it, unless
        it has the method that Pydantic 2 asks for in its place."""
        meant_for_1 = {use.frame.module for use in self.uses if use.name.startswith(VERSION_1)}
        for cls in self._types.symbols.classes():
            if names.keys().isdisjoint(cls.block.exit) or cls.module in meant_for_1:
                continue
            for binding in own_bindings(cls):
                new = names.get(binding.name)
                if new is None or binding.kind is not BindingKind.FUNCTION:
                    continue
                order = self._types.classes.order(cls)
                has_new = any(isinstance(base, Class) and new in base.block.exit for base in order)
                if not has_new and not self._fallbacks.contain(cls):
                    yield cls, binding

    # --- which version the code is written for ---

    def is_written_for_2(self, module: ProjectModule) -> bool:
        """Whether a module, or else most of those that tell, uses what only Pydantic 2 has,
        and nothing of what it deprecated."""
        old, new = self._tokens
        if module in old or module in new:
            return module not in old
        return len(new) > len(old)

    @cached_property
    def _tokens(self) -> tuple[frozenset[ProjectModule], frozenset[ProjectModule]]:
        """The modules that show the ways of Pydantic 1, and those that show Pydantic 2's."""
        configured = [
            (cls, {key.name for key in self.own_configuration(cls).keys}) for cls in self.models
        ]
        old = {used.module for used in self.calls(*_OLD_NAMES)}
        old |= {item.function.module for item in self.decorations if item.kind in _OLD_KINDS}
        old |= {cls.module for cls, keys in configured if not keys.isdisjoint(RENAMED_KEYS)}
        new = {use.frame.module for use in self.uses if use.name in _NEW_NAMES}
        new |= {cls.module for cls in self.models if self.model_config(cls) is not None}
        new |= {cls.module for cls, keys in configured if not keys.isdisjoint(_NEW_KEYS)}
        new |= {use.frame.module for use in self._all_uses.attributes(*_NEW_METHODS)}
        for use in self.uses:
            if use.frame.module not in new and self._types.catalogue.deprecation(use.name):
                old.add(use.frame.module)
        return frozenset(old), frozenset(new)


def own_bindings(cls: Class) -> Iterator[Binding]:
    """The bindings of a class body that are alive at its end, in the order of the text."""
    alive = sorted(index for indexes in cls.block.exit.values() for index in indexes)
    return (cls.block.bindings[index] for index in alive)


def argument_names(call: Call) -> frozenset[str]:
    """The keyword arguments of a call that are written out."""
    return frozenset(argument.name for argument in call.arguments if argument.name is not None)


def _end(argument: Argument, module: ProjectModule, end: int) -> int:
    place = module.place(argument.value)
    return end if place is None else place[1]


def _is_model_base(cls: AnyClass) -> bool:
    return isinstance(cls, LibraryClass) and cls.entry is not None and cls.entry.model == "pydantic"


def _is_version_1(cls: AnyClass) -> bool:
    return isinstance(cls, LibraryClass) and cls.name.startswith(f"{VERSION_1}.")


def _is_first_in_model(order: Iterable[AnyClass], name: str) -> bool:
    """Whether no class before Pydantic's own has a member of this name."""
    for cls in order:
        if isinstance(cls, Class):
            if name in cls.block.exit and name != ROOT:
                return False
        elif _is_model_base(cls):
            return True
    return False


def _attributes(cls: Class) -> Iterator[ConfigKey]:
    """What a class body assigns and defines, as keys of a configuration."""
    for binding in own_bindings(cls):
        if not binding.name.startswith("__"):
            value = None if binding.kind is BindingKind.FUNCTION else binding.value
            yield ConfigKey(binding.name, value, cls.module, binding.start, binding.end)


def _name_of(item: Object) -> str | None:
    match item:
        case LibraryObject(name=name) | ClassObject(cls=LibraryClass(name=name)):
            return name
    return None


def _imported(value: Import, frame: Frame, *, type_checking: bool) -> LibraryUse:
    name = f"{value.module}.{value.attribute}"
    return LibraryUse(name, frame, value.start, value.end, type_checking)
