"""Methods and attributes of models that Pydantic 2 gave other names."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Confidence, Finding, Severity
from fastlint.project import Project
from fastlint.project.frameworks.pydantic import Access
from fastlint.project.versions import Change
from fastlint.rule import NoOptions, Rule

rule = Rule(__name__)

_METHODS = {
    "construct": "model_construct()",
    "copy": "model_copy()",
    "dict": "model_dump()",
    "from_orm": "model_validate()",
    "json": "model_dump_json()",
    "parse_file": "model_validate_json()",
    "parse_obj": "model_validate()",
    "parse_raw": "model_validate_json()",
    "schema": "model_json_schema()",
    "schema_json": "model_json_schema()",
    "update_forward_refs": "model_rebuild()",
    "validate": "model_validate()",
}
_ATTRIBUTES = {"__fields__": "model_fields", "__fields_set__": "model_fields_set"}
_REMOVED = {"__config__": "model_config", "__validators__": "__pydantic_decorators__"}
_HOOKS = {
    "__get_validators__": "__get_pydantic_core_schema__",
    "__modify_schema__": "__get_pydantic_json_schema__",
}
_OF_CLASS = ("model_computed_fields", "model_fields")

_DUMPING = frozenset(
    {"by_alias", "exclude", "exclude_defaults", "exclude_none", "exclude_unset", "include"}
)


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """The receiver has to be a model, and the name must be one that it has from Pydantic."""
    names = dict.fromkeys((*_METHODS, *_ATTRIBUTES, *_REMOVED))
    if project.versions.have(Change.MODEL_FIELDS_OF_CLASS):
        names |= dict.fromkeys(_OF_CLASS)
    for access in project.pydantic.accesses(names):
        if access.on_class and access.attribute.name in _OF_CLASS:
            continue
        message, raises = _fact(access)
        yield project.finding(
            access.frame.module,
            access.attribute.start,
            access.attribute.end,
            message,
            severity=Severity.ERROR if raises else None,
            confidence=Confidence.HIGH if access.certain else Confidence.MEDIUM,
            help=_help(access),
            symbol=access.frame.block.qualname,
        )


@rule.on_project
def check_hooks(project: Project[NoOptions]) -> Iterator[Finding]:
    """The methods that a type of the project's own has for Pydantic 1."""
    for cls, binding in project.pydantic.hooks(_HOOKS):
        name, new = binding.name, _HOOKS[binding.name]
        raises = name == "__modify_schema__"
        verb = "raises" if raises else "is deprecated"
        yield project.finding(
            cls.module,
            binding.start,
            binding.end,
            f"`{name}` {verb} in Pydantic 2: write `{new}`",
            severity=Severity.ERROR if raises else None,
            help=f"define `{new}`, or annotate the type: `Annotated[T, BeforeValidator(...)]`",
            symbol=f"{cls.qualname}.{name}",
        )


def _fact(access: Access) -> tuple[str, bool]:
    """The message, and whether Pydantic 2 raises."""
    name = access.attribute.name
    if name in _OF_CLASS:
        since = Change.MODEL_FIELDS_OF_CLASS
        return f"`{name}` of an instance is deprecated in {since}: ask the class", False
    if name in _REMOVED:
        return f"`{name}` does not exist in Pydantic 2: write `{_REMOVED[name]}`", True
    if name in _ATTRIBUTES:
        return f"`{name}` is deprecated in Pydantic 2: write `{_ATTRIBUTES[name]}`", False
    refused = _refused(access)
    if refused:
        return f"`.{name}()` of Pydantic 2 does not take `{refused[0]}`, and raises", True
    return f"`.{name}()` is deprecated in Pydantic 2: write `{_METHODS[name]}`", False


def _refused(access: Access) -> list[str]:
    """The arguments that the deprecated method does not take any more."""
    if access.call is None:
        return []
    given = [argument.name for argument in access.call.arguments if argument.name is not None]
    match access.attribute.name:
        case "json":
            return [name for name in given if name not in _DUMPING]
        case "dict":
            return [name for name in given if name == "skip_defaults"]
        case "update_forward_refs":
            return given
    return []


def _help(access: Access) -> str:
    given = () if access.call is None else access.call.arguments
    names = {argument.name for argument in given}
    match access.attribute.name:
        case "dict" | "json" if "skip_defaults" in names:
            return "write `exclude_unset=True` for `skip_defaults=True`"
        case "json" if names - _DUMPING - {None, "indent"}:
            return "give what `.model_dump(mode='json')` returns to `json.dumps`"
        case "copy" if names & {"include", "exclude"}:
            return (
                "`.model_copy()` takes `update` and `deep` only: choose the fields with "
                "`.model_dump()`"
            )
        case "from_orm":
            return (
                "write `.model_validate(..., from_attributes=True)`, or set "
                "`from_attributes` in `model_config`"
            )
        case "parse_file":
            return "write `.model_validate_json(path.read_bytes())`"
        case "schema_json":
            return "write `json.dumps(Model.model_json_schema())`"
        case "update_forward_refs" if names:
            return "write `.model_rebuild(_types_namespace={...})`"
        case name if name in _OF_CLASS:
            return f"write `type(model).{name}`, or the name of the class"
        case name if name in _METHODS:
            return f"write `.{_METHODS[name].removesuffix(')')}...)` with the same arguments"
        case name:
            return f"write `.{(_ATTRIBUTES | _REMOVED)[name]}`"
