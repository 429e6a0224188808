"""Checks of the Pydantic rules."""
