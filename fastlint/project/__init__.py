"""The whole program: what all module summaries together mean.

`Project` is what project checks ask. It reads as one story: `symbols` (names over
modules), `classes`, `types` (what an expression may be), `values` (constants), `calls`
(who runs what), `contexts` (where), `effects` (what that does); `frameworks` says what
FastAPI and Pydantic make of it. No syntax trees here, and nothing that is read from disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from fastlint.catalogues import Catalogue
from fastlint.diagnostics import Confidence, Finding, Severity, Step
from fastlint.project.calls import CallGraph
from fastlint.project.contexts import Contexts
from fastlint.project.coroutines import Coroutines
from fastlint.project.effects import Effects
from fastlint.project.frameworks.answers import Answers
from fastlint.project.frameworks.background import Backgrounds
from fastlint.project.frameworks.dependencies import Dependencies
from fastlint.project.frameworks.disclosure import Disclosures
from fastlint.project.frameworks.exceptions import Exceptions
from fastlint.project.frameworks.fastapi import Application
from fastlint.project.frameworks.lifetimes import Lifetimes
from fastlint.project.frameworks.middleware import Layers
from fastlint.project.frameworks.orm import Relations
from fastlint.project.frameworks.provenance import Provenance
from fastlint.project.frameworks.pydantic import Pydantic
from fastlint.project.frameworks.responses import Responses
from fastlint.project.frameworks.routing import Routing
from fastlint.project.frameworks.schemas import Schemas
from fastlint.project.frameworks.signatures import Signatures
from fastlint.project.frameworks.threads import Threads
from fastlint.project.frameworks.validation import Validation
from fastlint.project.frameworks.websockets import Websockets
from fastlint.project.handing import Handing
from fastlint.project.overlap import Overlap
from fastlint.project.passing import Passing
from fastlint.project.races import Races
from fastlint.project.references import References
from fastlint.project.sites import Sites
from fastlint.project.symbols import Class, Function, OpaqueModule, ProjectModule, Symbols
from fastlint.project.types import Types
from fastlint.project.uses import Uses
from fastlint.project.values import Values
from fastlint.project.versions import Versions
from fastlint.project.wrappers import Wrappers
from fastlint.summaries import ModuleSummary

if TYPE_CHECKING:
    from fastlint.rule import Options, Rule

OptionsT = TypeVar("OptionsT", bound="Options")


class _Facts:
    """What is computed once, whichever rule asks."""

    def __init__(
        self,
        summaries: Sequence[ModuleSummary],
        catalogue: Catalogue,
        opaque: Sequence[tuple[str, str]],
        versions: Versions,
    ) -> None:
        self.versions = versions
        self.symbols = Symbols(summaries, [OpaqueModule(*module) for module in opaque])
        self.catalogue = catalogue
        self.types = Types(self.symbols, catalogue)
        self.memory: dict[str, Any] = {}

    @cached_property
    def calls(self) -> CallGraph:
        return CallGraph(self.types, self.validation.runs, Relations(self.types, self.sites))

    @cached_property
    def validation(self) -> Validation:
        return Validation(self.types)

    @cached_property
    def application(self) -> Application:
        return Application(self.types, self.sites, self.passing, self.values, self.validation)

    @cached_property
    def routing(self) -> Routing:
        return Routing(self.types, self.values, self.application)

    @cached_property
    def signatures(self) -> Signatures:
        return Signatures(self.types, self.values, self.application)

    @cached_property
    def schemas(self) -> Schemas:
        return Schemas(self.types, self.application, self.signatures, self.pydantic)

    @cached_property
    def responses(self) -> Responses:
        return Responses(self.types, self.values, self.application, self.signatures, self.versions)

    @cached_property
    def dependencies(self) -> Dependencies:
        return Dependencies(self.application, self.types, self.sites, self.values)

    @cached_property
    def layers(self) -> Layers:
        return Layers(self.application, self.types, self.values)

    @cached_property
    def backgrounds(self) -> Backgrounds:
        return Backgrounds(self.application, self.types, self.sites, self.values)

    @cached_property
    def websockets(self) -> Websockets:
        return Websockets(self.application, self.types, self.signatures)

    @cached_property
    def exceptions(self) -> Exceptions:
        return Exceptions(self.types, self.values)

    @cached_property
    def lifetimes(self) -> Lifetimes:
        return Lifetimes(self.types)

    @cached_property
    def pydantic(self) -> Pydantic:
        return Pydantic(self.types, self.sites, self.uses)

    @cached_property
    def contexts(self) -> Contexts:
        return Contexts(self.types, self.sites, self.calls, self.application.entries())

    @cached_property
    def effects(self) -> Effects:
        return Effects(self.calls, self.contexts)

    @cached_property
    def values(self) -> Values:
        return Values(self.types)

    @cached_property
    def coroutines(self) -> Coroutines:
        return Coroutines(self.types, self.sites)

    @cached_property
    def handing(self) -> Handing:
        return Handing(self.sites)

    @cached_property
    def races(self) -> Races:
        return Races(self.types)

    @cached_property
    def wrappers(self) -> Wrappers:
        return Wrappers(self.types)

    @cached_property
    def overlap(self) -> Overlap:
        return Overlap(self.types)

    @cached_property
    def uses(self) -> Uses:
        return Uses(self.types, self.sites)

    @cached_property
    def sites(self) -> Sites:
        return Sites(self.types)

    @cached_property
    def provenance(self) -> Provenance:
        return Provenance(self.types, self.application, self.passing)

    @cached_property
    def passing(self) -> Passing:
        return Passing(self.sites)

    @cached_property
    def threads(self) -> Threads:
        references = References(self.types, self.uses)
        return Threads(
            self.types,
            self.application,
            self.contexts,
            self.calls,
            self.dependencies,
            references,
        )

    @cached_property
    def disclosures(self) -> Disclosures:
        answers = Answers(self.types, self.sites, self.application)
        return Disclosures(self.types, self.application, self.passing, self.exceptions, answers)


class Project(Generic[OptionsT]):
    """All facts about a project, as one rule sees them: `options` are the rule's own.

    `opaque` are the modules that could not be read, by name and root; `selected` the
    rules of this run with their options; `versions` those of the libraries.
    """

    options: OptionsT
    rule: str

    def __init__(
        self,
        summaries: Sequence[ModuleSummary],
        catalogue: Catalogue,
        *,
        opaque: Sequence[tuple[str, str]] = (),
        selected: Mapping[str, Options] | None = None,
        versions: Versions | None = None,
    ) -> None:
        self._facts = _Facts(summaries, catalogue, opaque, versions or Versions())
        self.selected: Mapping[str, Options] = selected or {}
        self.rule = ""

    def for_rule(self, rule: Rule[Any], options: Options) -> Project[Any]:
        """The same project, as `rule` sees it."""
        view: Project[Any] = copy(self)
        view.rule = rule.name
        view.options = options
        return view

    @property
    def symbols(self) -> Symbols:
        return self._facts.symbols

    @property
    def catalogue(self) -> Catalogue:
        return self._facts.catalogue

    @property
    def types(self) -> Types:
        return self._facts.types

    @property
    def values(self) -> Values:
        return self._facts.values

    @property
    def calls(self) -> CallGraph:
        return self._facts.calls

    @property
    def contexts(self) -> Contexts:
        return self._facts.contexts

    @property
    def effects(self) -> Effects:
        return self._facts.effects

    @property
    def coroutines(self) -> Coroutines:
        return self._facts.coroutines

    @property
    def application(self) -> Application:
        return self._facts.application

    @property
    def routing(self) -> Routing:
        return self._facts.routing

    @property
    def signatures(self) -> Signatures:
        return self._facts.signatures

    @property
    def layers(self) -> Layers:
        return self._facts.layers

    @property
    def backgrounds(self) -> Backgrounds:
        return self._facts.backgrounds

    @property
    def websockets(self) -> Websockets:
        return self._facts.websockets

    @property
    def exceptions(self) -> Exceptions:
        return self._facts.exceptions

    @property
    def lifetimes(self) -> Lifetimes:
        return self._facts.lifetimes

    @property
    def pydantic(self) -> Pydantic:
        return self._facts.pydantic

    @property
    def handing(self) -> Handing:
        return self._facts.handing

    @property
    def races(self) -> Races:
        return self._facts.races

    @property
    def wrappers(self) -> Wrappers:
        return self._facts.wrappers

    @property
    def overlap(self) -> Overlap:
        return self._facts.overlap

    @property
    def uses(self) -> Uses:
        return self._facts.uses

    @property
    def sites(self) -> Sites:
        return self._facts.sites

    @property
    def provenance(self) -> Provenance:
        return self._facts.provenance

    @property
    def schemas(self) -> Schemas:
        return self._facts.schemas

    @property
    def responses(self) -> Responses:
        return self._facts.responses

    @property
    def dependencies(self) -> Dependencies:
        return self._facts.dependencies

    @property
    def threads(self) -> Threads:
        return self._facts.threads

    @property
    def disclosures(self) -> Disclosures:
        return self._facts.disclosures

    @property
    def versions(self) -> Versions:
        return self._facts.versions

    @property
    def memory(self) -> dict[str, Any]:
        """Where checks that share a computation keep it."""
        return self._facts.memory

    def modules(self) -> tuple[ProjectModule, ...]:
        """Every module that could be read."""
        return self.symbols.modules

    def functions(self) -> tuple[Function, ...]:
        """Every function and lambda, in the order of files and text."""
        return self.symbols.functions()

    def all_classes(self) -> tuple[Class, ...]:
        """Every class, in the order of files and text."""
        return self.symbols.classes()

    def finding(  # noqa: PLR0913 - the fields of a finding
        self,
        module: ProjectModule,
        start: int,
        end: int,
        message: str,
        *,
        help: str | None = None,  # noqa: A002 - the field's name
        severity: Severity | None = None,
        confidence: Confidence = Confidence.HIGH,
        trace: tuple[Step, ...] = (),
        related: tuple[Step, ...] = (),
        symbol: str | None = None,
        entry: str | None = None,
        rule: str | None = None,
    ) -> Finding:
        """A finding of this rule between two offsets of a module."""
        return Finding(
            rule=rule or self.rule,
            path=module.path,
            span=module.span(start, end),
            message=message,
            help=help,
            severity=severity,
            confidence=confidence,
            trace=trace,
            related=related,
            symbol=symbol or None,
            entry=entry,
        )
