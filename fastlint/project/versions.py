"""The versions that the project uses, which decide what rules say.

A version that nobody knows counts as the newest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from packaging.requirements import Requirement
from packaging.version import Version

_TITLES = {"fastapi": "FastAPI", "httpx": "httpx"}


class Change(Enum):
    """What a version of a library changed, and rules depend on."""

    RETURN_ANNOTATION_IS_MODEL = ("fastapi", "0.89.0")
    EXAMPLES = ("fastapi", "0.99.0")
    PATTERN = ("fastapi", "0.100.0")
    ON_EVENT_DEPRECATED = ("fastapi", "0.104.0")
    ROUTER_EVENTS_HANDED_ON = ("fastapi", "0.112.2")
    OPENAPI_PREFIX_REMOVED = ("fastapi", "0.145.0")
    ROOT_PATH_DEPRECATED = ("fastapi", "0.146.0")
    UNKNOWN_ARGUMENTS_REFUSED = ("fastapi", "0.155.0")
    TEST_CLIENT_IS_HTTPX = ("starlette", "0.21.0")
    TEMPLATES_TAKE_REQUEST = ("starlette", "0.29.0")
    ALLOW_REDIRECTS_REMOVED = ("starlette", "0.43.0")
    STARLETTE_1 = ("starlette", "1.0.0")
    PYDANTIC_2 = ("pydantic", "2.0")
    MODEL_FIELDS_OF_CLASS = ("pydantic", "2.11")
    AFTER_VALIDATOR_OF_INSTANCE = ("pydantic", "2.12.3")
    CLIENT_APP_REMOVED = ("httpx", "0.28.0")

    def __init__(self, library: str, since: str) -> None:
        self.library = library
        self.since = Version(since)

    def __str__(self) -> str:
        """`FastAPI 0.104.0`"""
        return f"{_TITLES.get(self.library, self.library.title())} {self.since}"


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions by library (`fastapi`, `starlette`, `pydantic`, `python`)."""

    known: Mapping[str, Version] = field(default_factory=dict)

    @classmethod
    def of(cls, written: Mapping[str, str | None]) -> Versions:
        """From texts as `0.115.2`; None for a version that is not known."""
        return cls({name: Version(text) for name, text in written.items() if text is not None})

    def have(self, change: Change) -> bool:
        """Whether the project uses the version that brought a change, or a newer one."""
        known = self.known.get(change.library)
        return known is None or known >= change.since

    def at_least(self, library: str, version: str) -> bool:
        """Whether the project uses this version of a library, or a newer one."""
        known = self.known.get(library)
        return known is None or known >= Version(version)

    def meet(self, requirement: str) -> bool:
        """Whether the project meets a requirement, as `pydantic>=2`."""
        wanted = Requirement(requirement)
        known = self.known.get(wanted.name)
        return known is None or wanted.specifier.contains(known, prereleases=True)

    def below(self, library: str, version: str) -> bool:
        """Whether the project is known to use an older version of a library."""
        return not self.at_least(library, version)
