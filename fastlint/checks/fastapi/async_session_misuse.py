"""SQLAlchemy's asyncio extension, used in a way that raises."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.diagnostics import Confidence, Finding, Severity
from fastlint.project import Project
from fastlint.project.frameworks.fastapi import argument_of
from fastlint.project.objects import ClassObject, Frame, Instance, Object
from fastlint.project.symbols import Class
from fastlint.project.values import Constant
from fastlint.rule import NoOptions, Rule
from fastlint.summaries import Call, Expression, Literal

rule = Rule(__name__)

_ASYNC = "sqlalchemy.ext.asyncio"
_SESSION = f"{_ASYNC}.AsyncSession"


@rule.on_project
def check(project: Project[NoOptions]) -> Iterator[Finding]:
    """At the calls that raise, or make sessions whose objects do."""
    for call, frame, owner in project.sites.methods("query"):
        yield from _query(call, owner, frame, project)
    for call, frame, _ in project.sites.methods("create_all", "drop_all"):
        yield from _schema(call, frame, project)
    for site in project.sites.of(f"{_ASYNC}.create_async_engine"):
        if len(site.callees) == 1:
            yield from _engine(site.call, site.frame, project)
    if _sessions_matter(project):
        for call, frame in _factories(project):
            yield from _expiring(call, frame, project)


def _factories(project: Project[NoOptions]) -> Iterator[tuple[Call, Frame]]:
    """The calls that make a factory of asynchronous sessions."""
    for site in project.sites.of(f"{_ASYNC}.async_sessionmaker"):
        if len(site.callees) == 1:
            yield site.call, site.frame
    for site in project.sites.of("sqlalchemy.orm.sessionmaker"):
        if len(site.callees) == 1 and _is_asynchronous(site.call, site.frame, project):
            yield site.call, site.frame


def _sessions_matter(project: Project[NoOptions]) -> bool:
    """Whether anything is committed, and no session factory is configured later."""
    commits = (_says_expire(call) for call, *_ in project.sites.methods("commit"))
    configured = (_says_expire(call) for call, *_ in project.sites.methods("configure"))
    return not all(commits) and not any(configured)


def _says_expire(call: Call) -> bool:
    return any(item.name == "expire_on_commit" for item in call.arguments)


def _query(
    call: Call, owner: Expression, frame: Frame, project: Project[NoOptions]
) -> Iterator[Finding]:
    objects = project.types.evaluate(owner, frame)
    if objects and all(_is_session(item, project) for item in objects):
        message = "`AsyncSession` has no `query`"
        cure = "write `await session.execute(select(...))`, or `session.scalars(...)`"
        yield _finding(call, frame, message, cure, project)


def _is_session(item: Object, project: Project[NoOptions]) -> bool:
    """Whether this is an `AsyncSession`, and of no class that has a `query` of its own."""
    if not isinstance(item, Instance) or not project.types.classes.derives_from(item.cls, _SESSION):
        return False
    classes = project.types.classes.order(item.cls)
    return not any(isinstance(cls, Class) and "query" in cls.block.exit for cls in classes)


def _schema(call: Call, frame: Frame, project: Project[NoOptions]) -> Iterator[Finding]:
    bind = argument_of(call, "bind", 0)
    objects = () if bind is None else project.types.evaluate(bind, frame)
    if objects and all(
        isinstance(item, Instance)
        and project.types.classes.derives_from(
            item.cls, f"{_ASYNC}.AsyncEngine", f"{_ASYNC}.AsyncConnection"
        )
        for item in objects
    ):
        name = getattr(call.callee, "name", "")
        message = f"`{name}` cannot use an asynchronous engine or connection"
        cure = f"write `await connection.run_sync(Base.metadata.{name})`"
        yield _finding(call, frame, message, cure, project)


def _engine(call: Call, frame: Frame, project: Project[NoOptions]) -> Iterator[Finding]:
    url = argument_of(call, "url", 0)
    match None if url is None else project.values.exhaustive(url, frame):
        case [Constant(value=str() as text)]:
            driver = text.partition("://")[0]
            if driver in project.catalogue.counterparts:
                message = f"`{driver}` is no asynchronous driver: `create_async_engine` raises"
                cure = f"write `{project.catalogue.counterparts[driver]}://...`"
                yield _finding(call, frame, message, cure, project)


def _expiring(call: Call, frame: Frame, project: Project[NoOptions]) -> Iterator[Finding]:
    if any(argument.stars for argument in call.arguments):
        return
    setting = argument_of(call, "expire_on_commit")
    if setting is None or (isinstance(setting, Literal) and setting.value is True):
        yield project.finding(
            frame.module,
            call.start,
            call.end,
            "`expire_on_commit` is on: reading an object after a commit raises MissingGreenlet",
            help="pass `expire_on_commit=False`",
            severity=Severity.WARNING,
            confidence=Confidence.MEDIUM,
            symbol=frame.block.qualname,
        )


def _is_asynchronous(call: Call, frame: Frame, project: Project[NoOptions]) -> bool:
    given = argument_of(call, "class_")
    objects = () if given is None else project.types.evaluate(given, frame)
    return any(
        isinstance(item, ClassObject) and project.types.classes.derives_from(item.cls, _SESSION)
        for item in objects
    )


def _finding(
    call: Call, frame: Frame, message: str, cure: str, project: Project[NoOptions]
) -> Finding:
    return project.finding(
        frame.module, call.start, call.end, message, help=cure, symbol=frame.block.qualname
    )
