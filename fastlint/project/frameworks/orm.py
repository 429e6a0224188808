"""Which classes are tables of an object-relational mapper."""

from __future__ import annotations

from fastlint.project.objects import AnyClass
from fastlint.project.symbols import Class
from fastlint.project.types import Types
from fastlint.summaries import Literal

_BASES = (
    "sqlalchemy.orm.DeclarativeBase",
    "sqlalchemy.orm.DeclarativeBaseNoMeta",
    "tortoise.models.Model",
    "tortoise.Model",
    "peewee.Model",
    "django.db.models.Model",
    "pony.orm.core.Entity",
)
_TABLE_BY_KEYWORD = ("sqlmodel.SQLModel", "sqlmodel.main.SQLModel")


def is_table(cls: AnyClass, types: Types) -> bool:
    """Whether instances of `cls` are rows of a database table."""
    if not isinstance(cls, Class):
        return False
    if types.classes.derives_from(cls, *_BASES):
        return True
    return types.classes.derives_from(cls, *_TABLE_BY_KEYWORD) and any(
        isinstance(base, Class) and _is_declared_table(base) for base in types.classes.order(cls)
    )


def _is_declared_table(cls: Class) -> bool:
    return any(
        name == "table" and isinstance(value, Literal) and value.value is True
        for name, value in cls.summary.keywords
    )
