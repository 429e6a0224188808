"""The command line: what can be asked for. Other modules do it, and are imported only then,
so that `--help` is fast.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from fastlint import __version__

FORMATS = ("text", "compact", "json", "sarif", "github")
SEVERITIES = ("error", "warning", "info")

STDIN = "-"
STDIN_FILENAME = "stdin.py"

COULD_NOT = 2
INTERRUPTED = 130


class Failure(click.ClickException):
    """The job could not be done; the message says why."""

    exit_code = COULD_NOT


def _load(module: str) -> Any:
    return import_module(f"{__name__}.{module}")


class Main(click.Command):
    """Checks, unless the first argument names a sub-command. A path of such a name is written
    `./rules`, or stands behind another argument."""

    def __init__(self, *args: Any, commands: Sequence[click.Command], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commands = {str(command.name): command for command in commands}

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """The context of the command that `args` ask for."""
        command = self.commands.get(args[0]) if args else None
        if command is None:
            return super().make_context(info_name, args, parent, **extra)
        return command.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command of the context. Whatever goes wrong ends in a message."""
        try:
            return super().invoke(ctx) if ctx.command is self else ctx.command.invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except Exception as error:
            raise Failure(_load("failures").reason(error)) from error

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the sub-commands below the options."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, command.get_short_help_str()) for name, command in self.commands.items()]
            )
        super().format_epilog(ctx, formatter)


# --- parameters --------------------------------------------------------------------


def _comma_separated(
    _context: click.Context, _parameter: click.Parameter, values: Iterable[str]
) -> list[str]:
    parts = (part.strip() for value in values for part in value.split(","))
    return [part for part in parts if part]


def _writable(
    _context: click.Context, _parameter: click.Parameter, path: Path | None
) -> Path | None:
    """Refuses a file that cannot be written, before all the work."""
    if path is not None and path.is_dir():
        raise click.BadParameter(f"`{path}` is a folder.")
    if path is not None and not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder `{path.parent}`.")
    return path


def _selectors(flag: str, text: str) -> Callable[[Any], Any]:
    return click.option(flag, multiple=True, metavar="RULES", callback=_comma_separated, help=text)


PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATHS]...")
CONFIG = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Take the settings from this file.",
)
ISOLATED = click.option("--isolated", is_flag=True, help="Leave out all files with settings.")
HELP = {"help_option_names": ["-h", "--help"]}


# --- commands ----------------------------------------------------------------------


@click.command(context_settings=HELP)
@click.argument("rule", metavar="NAME|CODE")
def explain(rule: str) -> None:
    """Print the page of a rule."""
    _load("lookup").explain(rule)


@click.command(context_settings=HELP)
@click.option(
    "--output-format", type=click.Choice(("text", "json")), default="text", show_default=True
)
def rules(output_format: str) -> None:
    """List all rules."""
    _load("lookup").list_rules(as_json=output_format == "json")


@click.command(context_settings=HELP)
@PATHS
@CONFIG
@ISOLATED
def config(paths: tuple[Path, ...], config_file: Path | None, *, isolated: bool) -> None:
    """Show every setting and where it comes from."""
    _load("lookup").show_settings(paths, config_file, isolated=isolated)


@click.group(context_settings=HELP)
def catalogue() -> None:
    """Work on catalogues of library calls."""


@catalogue.command("check", context_settings=HELP)
@click.argument("file", type=click.Path(path_type=Path))
def check_catalogue(file: Path) -> None:
    """Say whether a catalogue FILE can be used, and what is wrong with it."""
    _load("lookup").check_catalogue(file)


@click.command(context_settings=HELP)
@PATHS
@CONFIG
@ISOLATED
@click.option(
    "--output-format", type=click.Choice(("text", "json")), default="text", show_default=True
)
@click.pass_context
def routes(
    context: click.Context,
    /,
    paths: tuple[Path, ...],
    config_file: Path | None,
    output_format: str,
    *,
    isolated: bool,
) -> None:
    """List the routes of an application: where they run, what they depend on."""
    as_json = output_format == "json"
    show = _load("routes").show_routes
    context.exit(show(paths, config_file, isolated=isolated, as_json=as_json))


@click.command(
    "fastlint",
    cls=Main,
    commands=(explain, rules, config, catalogue, routes),
    context_settings=HELP,
)
@PATHS
@_selectors("--select", "Run only these: names, codes, code prefixes, categories or ALL.")
@_selectors("--extend-select", "Run these besides.")
@_selectors("--ignore", "Do not run these, whatever selects them.")
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    help="The mildest severity that makes the exit code 1.  [default: warning]",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option("--output-format", type=click.Choice(FORMATS), help="[default: text]")
@click.option(
    "--output-file",
    type=click.Path(path_type=Path),
    callback=_writable,
    help="Write the report to this file, whole or not at all.",
)
@CONFIG
@ISOLATED
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Number of processes.  [default: one for each processor; one for small projects]",
)
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option("-q", "--quiet", is_flag=True, help="Report findings and problems, nothing else.")
@click.option("-v", "--verbose", is_flag=True, help="Show all notes, and say what was done.")
@click.option("--no-color", is_flag=True, help="No colors, as with NO_COLOR.")
@click.option("--stdin-filename", metavar="PATH", help="The file that `-` reads from stdin.")
@click.version_option(__version__, prog_name="fastlint", message="%(prog)s %(version)s")
@click.pass_context
def main(
    context: click.Context,
    /,
    paths: tuple[Path, ...],
    stdin_filename: str | None,
    **options: Any,
) -> None:
    """Find what blocks, leaks or never runs in a FastAPI application.

    Without PATHS, the working directory is checked; `-` reads a file from stdin. The whole
    project that the paths belong to is analysed, and what was named is reported on. Lists of
    rules are separated by commas; their options may be repeated.

    Exit codes: 0 nothing found, 1 findings, 2 the job could not be done, 130 interrupted.
    """
    named = [path for path in paths if str(path) != STDIN]
    if stdin_filename and len(named) == len(paths):
        raise click.UsageError(f"`--stdin-filename` needs `{STDIN}` among the paths.")
    stdin = None
    if len(named) < len(paths):
        stdin = (stdin_filename or STDIN_FILENAME, sys.stdin.buffer.read())
    context.exit(_load("checking").check(named, stdin, options))
