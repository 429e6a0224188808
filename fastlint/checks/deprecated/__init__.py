"""Checks of the rules about deprecated and removed APIs."""
