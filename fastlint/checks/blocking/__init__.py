"""Checks of the blocking rules that no effect decides alone."""
