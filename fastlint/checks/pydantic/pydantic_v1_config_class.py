"""Models that are configured in the way of Pydantic 1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastlint.diagnostics import Finding, Severity
from fastlint.project import Project
from fastlint.project.frameworks.pydantic import (
    CONFIG_CLASS,
    RENAMED_KEYS,
    ConfigKey,
    PydanticCall,
)
from fastlint.project.objects import ClassObject
from fastlint.project.symbols import Class
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import (
    Attribute,
    Binding,
    BindingKind,
    ClassReference,
    Expression,
    Literal,
)

rule = Rule(__name__)

_GONE = frozenset(
    {"error_msg_templates", "fields", "getter_dict", "json_dumps", "json_loads", "post_init_call"}
)
_POINTLESS = frozenset({"copy_on_model_validation", "smart_union", "underscore_attrs_are_private"})


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """`Config` in models, and keys of Pydantic 1 wherever Pydantic 2 is configured."""
    for cls in project.pydantic.models:
        config = project.pydantic.config_class(cls)
        if config is not None:
            yield _config_class(cls, config, project)
        for key in project.pydantic.class_keywords(cls).keys:
            if _is_old(key.name):
                yield _key(key, f"`{key.name}=` raises in Pydantic 2", project)
    for used, passed in project.pydantic.passed_classes():
        yield _passed_class(used, passed, project)
    for configuration in project.pydantic.written_configurations():
        for key in configuration.keys:
            if _is_old(key.name):
                yield _key(key, f"`{key.name}` is ignored by Pydantic 2", project)


def _is_old(name: str) -> bool:
    return name in RENAMED_KEYS or name in _GONE


def _key(key: ConfigKey, fact: str, project: Project[NoOptions]) -> Finding:
    new = RENAMED_KEYS.get(key.name)
    return project.finding(
        key.module,
        key.start,
        key.end,
        fact if new is None else f"{fact}: write `{new}`",
        severity=Severity.ERROR,
        help="remove it" if new is None else f"write `{_argument(key)}`",
    )


def _config_class(cls: Class, config: Binding, project: Project[NoOptions]) -> Finding:
    frame = project.types.class_frame(cls, None)
    keys = project.pydantic.keys_of_class(config.value, frame).keys
    fault = _fault(cls, config, keys, project)
    start = config.start
    if isinstance(config.value, ClassReference):
        start = cls.module.classes[config.value.qualname].summary.start
    return project.finding(
        cls.module,
        start,
        config.end,
        fault or "`class Config` is deprecated in Pydantic 2",
        severity=Severity.ERROR if fault else None,
        help=_help(cls, keys, project),
        symbol=cls.qualname,
    )


def _fault(
    cls: Class, config: Binding, keys: Iterable[ConfigKey], project: Project[NoOptions]
) -> str | None:
    """What makes more of it than a deprecation."""
    if project.pydantic.model_config(cls) is not None:
        return "`class Config` and `model_config` cannot be used together"
    if config.kind is not BindingKind.CLASS:
        return "`Config` without `class` raises in Pydantic 2, as a field without annotation does"
    if _inherits_nothing(config, cls, project):
        return "`class Config` inherits from a `Config` that Pydantic 2 models do not have"
    ignored = _ignored(keys)
    return f"`class Config` is deprecated in Pydantic 2, and its {ignored}" if ignored else None


def _ignored(keys: Iterable[ConfigKey]) -> str | None:
    """Which keys Pydantic 2 ignores, as the end of a sentence."""
    *others, last = [
        f"`{name}`" for name in dict.fromkeys(k.name for k in keys) if _is_old(name)
    ] or [""]
    if not last:
        return None
    return f"{', '.join(others)} and {last} are ignored" if others else f"{last} is ignored"


def _passed_class(used: PydanticCall, passed: Expression, project: Project[NoOptions]) -> Finding:
    """A class where Pydantic 2 wants a dict: `create_model` raises, the others read it."""
    keys = project.pydantic.keys_of_class(passed, used.frame).keys
    ignored = _ignored(keys)
    message = "a class as configuration is deprecated in Pydantic 2"
    if used.name == "pydantic.create_model":
        message = "a class as `__config__` of `create_model` raises in Pydantic 2"
    elif ignored:
        message += f", and its {ignored}"
    place = used.module.place(passed) or (used.call.start, used.call.end)
    raises = used.name == "pydantic.create_model" or ignored is not None
    return project.finding(
        used.module,
        *place,
        message,
        severity=Severity.ERROR if raises else None,
        help=f"pass `{_dict(keys, 'ConfigDict')}`",
        symbol=used.frame.block.qualname,
    )


def _inherits_nothing(config: Binding, cls: Class, project: Project[NoOptions]) -> bool:
    """Whether it is `class Config(Base.Config)`, and no model has that."""
    assert isinstance(config.value, ClassReference)
    frame = project.types.class_frame(cls, None)
    for base in cls.module.classes[config.value.qualname].summary.bases:
        match base:
            case Attribute(value=value, name=name) if name == CONFIG_CLASS:
                owners = project.types.evaluate(value, frame)
                if owners and all(
                    isinstance(item, ClassObject)
                    and project.pydantic.is_model(item.cls)
                    and not project.types.classes.class_attribute(item, CONFIG_CLASS)
                    for item in owners
                ):
                    return True
    return False


def _help(cls: Class, keys: Iterable[ConfigKey], project: Project[NoOptions]) -> str:
    kind = "SettingsConfigDict" if project.pydantic.is_settings(cls) else "ConfigDict"
    return f"write `model_config = {_dict(keys, kind)}` instead"


def _dict(keys: Iterable[ConfigKey], kind: str) -> str:
    """The call that says what the keys say, as far as Pydantic 2 knows them."""
    kept = {key.name: key for key in keys if key.name not in _GONE | _POINTLESS}
    return f"{kind}({', '.join(map(_argument, kept.values()))})"


def _argument(key: ConfigKey) -> str:
    """The key as an argument of `ConfigDict`; its value where that is simple."""
    match key.name, key.value:
        case "allow_mutation", Literal(value=bool() as value):
            return f"frozen={not value}"
        case name, Literal(value=value, ellipsis=False):
            return f"{RENAMED_KEYS.get(name, name)}={value!r}"
        case "extra", Attribute(name=value):
            return f"extra={value!r}"
    return f"{RENAMED_KEYS.get(key.name, key.name)}=..."
