"""Object-relational mappers: which classes are tables, and which attributes load rows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import chain

from fastlint.catalogues import Behaviour
from fastlint.project.objects import AnyClass, Instance, LibraryMethod, LibraryObject, Object
from fastlint.project.sites import Sites
from fastlint.project.symbols import Class
from fastlint.project.types import Types
from fastlint.summaries import Argument, Attribute, Call, Expression, Import, Literal

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


_RELATIONSHIPS = ("sqlalchemy.orm.relationship", "sqlmodel.Relationship")
_EAGER = tuple(
    f"sqlalchemy.orm.{name}"
    for name in ("contains_eager", "immediateload", "joinedload", "selectinload", "subqueryload")
)
"""Options of a query, and methods of such options."""
_ASYNCHRONOUS = ("sqlalchemy.ext.asyncio", "sqlmodel.ext.asyncio")
_LOADING = Behaviour(effect="blocks:database")


class Relations:
    """Relationships of SQLAlchemy that are loaded when they are read first.

    Silent where that is not sure: in a project with asynchronous sessions, which refuse to load
    then, for a relationship that is loaded in another way or that any query loads with the rest,
    and for an object that is new.
    """

    def __init__(self, types: Types, sites: Sites) -> None:
        self._types = types
        self._sites = sites

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the attributes."""
        lazy = {
            binding.name
            for cls in self._types.symbols.classes()
            for binding in cls.block.bindings
            if self._is_lazy(binding.value, cls)
        }
        if not lazy or self._uses_asynchronous_sessions():
            return frozenset()
        return frozenset(lazy.difference(self._loaded_early()))

    def _uses_asynchronous_sessions(self) -> bool:
        return any(
            isinstance(binding.value, Import) and binding.value.module.startswith(_ASYNCHRONOUS)
            for frame in self._types.generic_frames()
            for binding in frame.block.bindings
        )

    def _is_lazy(self, value: Expression, cls: Class) -> bool:
        if not isinstance(value, Call) or any(map(_is_strategy, value.arguments)):
            return False
        match self._types.evaluate(value.callee, self._types.class_frame(cls, None)):
            case (LibraryObject(name=name),):
                return name in _RELATIONSHIPS
        return False

    def _loaded_early(self) -> Iterator[str]:
        called = (site.call for site in self._sites.of(*_EAGER))
        chained = (call for call, *_ in self._sites.methods(*map(_last, _EAGER)))
        for call in chain(called, chained):
            for argument in call.arguments:
                if isinstance(argument.value, Attribute):
                    yield argument.value.name

    def runs(self, receiver: Instance, name: str) -> Iterator[Object]:
        """What reading an attribute of an object runs: the query of a relationship."""
        if receiver.exact or name not in self.names:
            return
        for cls in self._types.classes.order(receiver.cls):
            if isinstance(cls, Class) and any(
                self._is_lazy(cls.block.bindings[index].value, cls)
                for index in cls.block.exit.get(name, ())
            ):
                yield LibraryMethod(f"{cls.name}.{name}.__get__", _LOADING, receiver)
                return


def _is_strategy(argument: Argument) -> bool:
    """Whether an argument says that the rows are loaded otherwise than when they are read."""
    match argument:
        case Argument(name="lazy", value=Literal(value=value)):
            return value not in ("select", True)
        case Argument(name="lazy" | "sa_relationship_kwargs"):
            return True
    return False


def _last(name: str) -> str:
    return name.rpartition(".")[2]
