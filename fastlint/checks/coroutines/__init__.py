"""Checks of the coroutine rules."""
