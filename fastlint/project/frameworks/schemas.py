"""Which types Pydantic has no schema for, so that they cannot be response models."""

from __future__ import annotations

from fastlint.project.frameworks.fastapi import Application
from fastlint.project.frameworks.orm import is_table
from fastlint.project.frameworks.pydantic import Pydantic
from fastlint.project.frameworks.signatures import Signatures
from fastlint.project.objects import Instance, LibraryClass, Objects
from fastlint.project.symbols import Class
from fastlint.project.types import Types

_PLAIN = ("builtins.object", "builtins.Exception", "abc.ABC", "typing.Generic")
_UNFIT = ("AsyncIterator", "Awaitable", "Coroutine", "Iterator")
_CONTAINERS = ("dict", "frozenset", "list", "set", "tuple", "Iterable", "Mapping", "Sequence")
_HOOKS = {"__get_pydantic_core_schema__", "__get_validators__"}


class Schemas:
    """Asks of types whether a schema can be made of them."""

    def __init__(
        self, types: Types, application: Application, signatures: Signatures, pydantic: Pydantic
    ) -> None:
        self._types = types
        self._application = application
        self._signatures = signatures
        self._pydantic = pydantic

    def missing(self, members: Objects, depth: int = 3) -> Instance | None:
        """What among these, or in their items, is known to have no schema."""
        for item in members:
            if not isinstance(item, Instance):
                continue
            if self._is_unfit(item):
                return item
            if isinstance(item.cls, LibraryClass) and _last(item.cls.name) in _CONTAINERS and depth:
                for group in item.arguments:
                    found = self.missing(group, depth - 1)
                    if found is not None:
                        return found
        return None

    def _is_unfit(self, item: Instance) -> bool:
        cls = item.cls
        if isinstance(cls, LibraryClass):
            if cls.name.startswith(("collections.abc.", "typing.")):
                return _last(cls.name) in _UNFIT
            return cls.name.startswith("sqlalchemy.orm.") or self._application.is_response(item)
        classes = self._types.classes
        if self._signatures.is_object(cls) or self._pydantic.is_model(cls):
            return False
        order = classes.order(cls)
        if any(
            isinstance(base, Class) and (_HOOKS & set(base.block.exit) or _is_special(base))
            for base in order
        ):
            return False
        if is_table(cls, self._types):
            return not classes.derives_from(cls, "sqlalchemy.orm.MappedAsDataclass")
        return not classes.has_unknown_base(cls) and all(
            isinstance(base, Class) or base.name in _PLAIN for base in order
        )


def _is_special(cls: Class) -> bool:
    """Whether a decorator or a metaclass may make more of a class."""
    return bool(cls.summary.decorators or cls.summary.keywords or cls.summary.type_parameters)


def _last(name: str) -> str:
    return name.rpartition(".")[2]
