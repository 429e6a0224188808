"""Checks of the security rules."""
