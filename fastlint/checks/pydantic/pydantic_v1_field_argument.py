"""Arguments of `Field` and of constrained types that Pydantic 2 does not take."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Finding, Severity
from fastlint.project import Project
from fastlint.project.frameworks.pydantic import FIELD, PydanticCall
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Argument

rule = Rule(__name__)

SQLMODEL_FIELD = "sqlmodel.Field"

_KNOWN = frozenset(
    {
        "alias", "alias_priority", "allow_inf_nan", "coerce_numbers_to_str", "decimal_places",
        "default", "default_factory", "deprecated", "description", "discriminator", "examples",
        "exclude", "exclude_if", "fail_fast", "field_title_generator", "frozen", "ge", "gt",
        "init", "init_var", "json_schema_extra", "kw_only", "le", "lt", "max_digits",
        "max_length", "min_length", "multiple_of", "pattern", "repr", "serialization_alias",
        "strict", "title", "union_mode", "validate_default", "validation_alias",
    }
)  # fmt: skip
_RAISING = {
    FIELD: {"const", "regex", "unique_items"},
    "pydantic.conbytes": {"regex", "strip_whitespace", "to_lower", "to_upper"},
    "pydantic.confrozenset": {"max_items", "min_items"},
    "pydantic.conlist": {"max_items", "min_items", "unique_items"},
    "pydantic.conset": {"max_items", "min_items"},
    "pydantic.constr": {"curtail_length", "regex"},
}
_IGNORED = {"allow_mutation", "const", "regex", "unique_items"}
"""Arguments that SQLModel takes and does not hand on to Pydantic 2."""
_DEPRECATED = {"max_items", "min_items"}
_NEW = {
    "allow_mutation": "frozen",
    "env": "validation_alias",
    "example": "examples",
    "max_items": "max_length",
    "min_items": "min_length",
    "regex": "pattern",
}
_HELP = {
    "allow_mutation": "write `frozen=True` for `allow_mutation=False`",
    "const": "write the type as `Literal[...]`",
    "env": "write `validation_alias=...` in settings, and remove it elsewhere",
    "curtail_length": "cut it in a validator: `Annotated[str, AfterValidator(...)]`",
    "example": "write `examples=[...]`",
    "include": "remove it, and write `exclude=True` in the fields that are left out",
    "unique_items": "write the type as `set[...]`",
}


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """Every keyword of `Field`, `constr` and the like."""
    for used in project.pydantic.calls(*_RAISING, SQLMODEL_FIELD):
        for argument in used.call.arguments:
            fault = _fault(used, argument, project)
            if fault is None:
                continue
            message, severity = fault
            _, end = used.module.place(argument.value) or (argument.start, used.call.end)
            yield project.finding(
                used.module,
                argument.start,
                end,
                message,
                severity=severity,
                help=_help(used, argument),
                symbol=used.frame.block.qualname,
            )


def _fault(
    used: PydanticCall, argument: Argument, project: Project[NoOptions]
) -> tuple[str, Severity] | None:
    name = argument.name
    if name is None:
        return None
    if used.name == SQLMODEL_FIELD:
        if name in _IGNORED:
            return f"`{name}` is ignored by SQLModel with Pydantic 2", Severity.ERROR
        return _deprecation(name) if name in _DEPRECATED else None
    if name in _RAISING[used.name]:
        return f"`{name}` raises in Pydantic 2{_instead(name)}", Severity.ERROR
    if used.name != FIELD or name in _KNOWN:
        return None
    cls = used.frame.cls
    if name == "env" and cls is not None:
        if project.pydantic.is_part_of_settings(cls):
            return f"`env` is not read by Pydantic 2{_instead(name)}", Severity.ERROR
        return "`env` is deprecated in Pydantic 2, and means nothing here", Severity.WARNING
    return _deprecation(name)


def _deprecation(name: str) -> tuple[str, Severity]:
    instead = _instead(name) or ": write `json_schema_extra`"
    return f"`{name}` is deprecated in Pydantic 2{instead}", Severity.WARNING


def _instead(name: str) -> str:
    return f": write `{_NEW[name]}`" if name in _NEW else ""


def _help(used: PydanticCall, argument: Argument) -> str:
    name = argument.name or ""
    if used.name == SQLMODEL_FIELD and name == "regex":
        return "write the type as `Annotated[str, StringConstraints(pattern=...)]`"
    if name in _HELP:
        return _HELP[name]
    return (
        f"write `{_NEW[name]}=...`"
        if name in _NEW
        else (f'write `json_schema_extra={{"{name}": ...}}`')
    )
