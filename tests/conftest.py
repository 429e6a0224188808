"""What several tests need."""

import pytest

from fastlint import rulebook
from fastlint.rulebook import Rulebook


@pytest.fixture(scope="session")
def book() -> Rulebook:
    """All bundled pages."""
    return rulebook.load()
