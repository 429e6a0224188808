"""Checks of the rules about FastAPI itself."""
