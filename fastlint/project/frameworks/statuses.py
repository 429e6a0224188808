"""HTTP status codes, however they are written."""

from __future__ import annotations

import re
from http import HTTPStatus

from fastlint.project.objects import Frame
from fastlint.project.values import Constant, Values, depends_on_caller
from fastlint.project.wording import written
from fastlint.summaries import Expression

WITHOUT_BODY = (204, 205, 304)
_CONSTANT = re.compile(r"\bHTTP_([1-5]\d\d)_[A-Z_]+$")
_MEMBER = re.compile(r"\bHTTPStatus\.([A-Z_]+)(\.value)?$")


def status_of(expression: Expression, frame: Frame, values: Values) -> int | None:
    """The status that `404`, `status.HTTP_404_NOT_FOUND` or `HTTPStatus.NOT_FOUND` is; None
    where it is not known."""
    if depends_on_caller(expression, frame):
        return None
    match values.constant(expression, frame):
        case Constant(value=bool()):
            return None
        case Constant(value=int() as code):
            return code
    name = written(expression) or ""
    constant, member = _CONSTANT.search(name), _MEMBER.search(name)
    if constant is not None:
        return int(constant[1])
    if member is not None and member[1] in HTTPStatus.__members__:
        return HTTPStatus[member[1]].value
    return None
