"""What the calls of a function of the project pass for its parameters, as expressions."""

from __future__ import annotations

from collections.abc import Iterator

from fastlint.project.arguments import passed
from fastlint.project.objects import FunctionObject
from fastlint.project.sites import CallSite, Sites
from fastlint.project.symbols import Function
from fastlint.summaries import Call, Expression, Parameter, ParameterKind


class Passing:
    """Finds the calls of functions, and their arguments."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites

    def is_called(self, function: Function) -> bool:
        """Whether any call may run a function."""
        return any(True for _ in self._sites.of_function(function))

    def passed_for(
        self, parameter: Parameter, function: Function
    ) -> Iterator[tuple[Expression, CallSite]]:
        """What calls pass for a parameter, where they can be seen to."""
        for site in self._sites.of_function(function):
            for callee in site.callees:
                if isinstance(callee, FunctionObject) and callee.function is function:
                    value = passed(parameter, callee, site.call)
                    if value is not None:
                        yield value, site

    def arguments(self, call: Call, callee: FunctionObject) -> dict[str, Expression]:
        """What a call passes to a function, by the names of its parameters."""
        return {
            parameter.name: value
            for parameter in callee.function.summary.parameters
            if (value := passed(parameter, callee, call)) is not None
        }


def left_out(call: Call, parameters: tuple[Parameter, ...]) -> Iterator[Parameter]:
    """The parameters, but for the one that an object is bound to, that a call does not give."""
    keywords = {argument.name for argument in call.arguments if argument.name is not None}
    positional = len(call.arguments) - len(keywords)
    for parameter in parameters:
        if parameter.kind in (ParameterKind.POSITIONAL_ONLY, ParameterKind.STANDARD) and positional:
            positional -= 1
        elif parameter.name not in keywords:
            yield parameter
