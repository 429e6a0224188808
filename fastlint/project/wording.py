"""How things of a project are called in messages."""

from __future__ import annotations

from fastlint.project.invocation import INITIALISERS
from fastlint.project.objects import (
    ClassObject,
    ContextFactory,
    Dispatcher,
    FunctionObject,
    Instance,
    LibraryMethod,
    LibraryObject,
    Object,
    PartialObject,
)
from fastlint.project.symbols import Class, Function
from fastlint.summaries import Attribute, Expression, Name

_CONSTRUCTORS = (*INITIALISERS, "__new__")


def name_of_function(function: Function) -> str:
    """A function as its readers call it: a method with its class, a constructor by its
    class alone, a nested function without what is around it."""
    if function.summary.is_lambda:
        return "lambda"
    owner = function.owner
    if owner is None:
        return function.name
    return owner.name if function.name in _CONSTRUCTORS else f"{owner.name}.{function.name}"


def name_of_library(name: str) -> str:
    """A library's callable; built-ins without their module."""
    return name.removeprefix("builtins.")


def name_of_callee(callee: Object) -> str | None:
    """What a callee is called; None for what has no name."""
    match callee:
        case FunctionObject(function=function):
            return name_of_function(function)
        case LibraryMethod(name=name) | LibraryObject(name=name):
            return name_of_library(name)
        case ClassObject(cls=cls):
            return cls.name if isinstance(cls, Class) else name_of_library(cls.name)
        case Instance(cls=cls):
            return cls.name if isinstance(cls, Class) else name_of_library(cls.name)
        case (
            PartialObject(callable=inner)
            | ContextFactory(function=inner)
            | Dispatcher(default=inner)
        ):
            return name_of_callee(inner)
    return None


def name_of_call(callee: Expression, object_: Object) -> str:
    """What a call calls: the object's name, unless the source knows it under another, as
    it does a function that a decorator has wrapped."""
    name = name_of_callee(object_)
    source = written(callee)
    if isinstance(object_, FunctionObject) and source is not None:
        last = source.rpartition(".")[2]
        if name is None or name.rpartition(".")[2] != last:
            return last
    return name or source or "this call"


def written(expression: Expression) -> str | None:
    """A name or a chain of attributes as it is written; None for anything else."""
    match expression:
        case Name(id=name):
            return name
        case Attribute(value=value, name=name):
            inner = written(value)
            return None if inner is None else f"{inner}.{name}"
    return None
