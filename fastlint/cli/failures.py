"""What to say about errors that end a command."""

from __future__ import annotations

from fastlint.catalogues import CatalogueError
from fastlint.config import ConfigError
from fastlint.discovery import UsageError
from fastlint.rulebook import PageError, PluginError, UnknownRuleError
from fastlint.workers import description

EXPLAINED = (
    CatalogueError,
    ConfigError,
    OSError,
    PageError,
    PluginError,
    UnknownRuleError,
    UsageError,
)
"""Errors whose messages say all there is to say."""


def reason(error: Exception) -> str:
    """The message for the user about an error that nobody caught."""
    if isinstance(error, EXPLAINED):
        return str(error)
    return f"a fault of fastlint itself, please report it: {description(error)}"
