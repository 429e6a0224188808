"""A whole-program linter for FastAPI applications."""

__version__ = "0.1.0"
