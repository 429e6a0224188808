"""What FastAPI's functions for parameters, `Query(...)` and the like, take."""

from __future__ import annotations

_ALL = frozenset(
    {
        "alias",
        "alias_priority",
        "allow_inf_nan",
        "decimal_places",
        "default",
        "default_factory",
        "deprecated",
        "description",
        "discriminator",
        "example",
        "examples",
        "fail_fast",
        "ge",
        "gt",
        "include_in_schema",
        "json_schema_extra",
        "le",
        "lt",
        "max_digits",
        "max_length",
        "min_length",
        "multiple_of",
        "openapi_examples",
        "pattern",
        "regex",
        "serialization_alias",
        "strict",
        "title",
        "union_mode",
        "validate_default",
        "validation_alias",
    }
)
PARAMETERS = {
    "fastapi.Body": _ALL | {"embed", "media_type"},
    "fastapi.Cookie": _ALL,
    "fastapi.File": _ALL | {"media_type"},
    "fastapi.Form": _ALL | {"media_type"},
    "fastapi.Header": _ALL | {"convert_underscores"},
    "fastapi.Path": _ALL,
    "fastapi.Query": _ALL,
}
"""The keyword arguments of each, in any version that refuses others."""


def accepts(function: str, argument: str) -> bool:
    """Whether a function takes a keyword argument of this name."""
    return argument in PARAMETERS[function]
