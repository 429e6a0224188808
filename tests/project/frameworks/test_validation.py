"""Validation: code that runs when a request is read, on the event loop."""

import pytest

from fastlint import testing

HEAD = """\
import time
from typing import Annotated
from fastapi import FastAPI
from pydantic import AfterValidator, BaseModel, Field, field_validator, model_validator
app = FastAPI()
def slow(value):
    time.sleep(1)
    return value
"""


def reported(text: str) -> list[str]:
    report = testing.run({"app.py": HEAD + text}, select=["blocking"])
    return [item.rule for item in report.findings]


MODELS = {
    "field validator": "    x: int\n    @field_validator('x')\n    @classmethod\n"
    "    def check(cls, v):\n        time.sleep(1)\n        return v\n",
    "model validator": "    x: int\n    @model_validator(mode='after')\n"
    "    def check(self):\n        time.sleep(1)\n        return self\n",
    "constructor hook": "    x: int\n    def model_post_init(self, context):\n"
    "        time.sleep(1)\n",
    "marker": "    x: Annotated[int, AfterValidator(slow)]\n",
    "default factory": "    x: int = Field(default_factory=lambda: slow(1))\n",
}


@pytest.mark.parametrize("body", MODELS.values(), ids=MODELS)
def test_of_a_request_model(body):
    assert reported(f"class M(BaseModel):\n{body}@app.post('/')\ndef create(m: M): ...\n") == [
        "blocking-sleep"
    ]


@pytest.mark.parametrize("body", MODELS.values(), ids=MODELS)
def test_of_a_model_that_a_coroutine_function_makes(body):
    assert reported(f"class M(BaseModel):\n{body}async def f():\n    M(x=1)\n") == [
        "blocking-sleep"
    ]


@pytest.mark.parametrize("body", MODELS.values(), ids=MODELS)
def test_of_a_model_that_nobody_uses_is_silent(body):
    assert reported(f"class M(BaseModel):\n{body}") == []


def test_of_a_model_inside_a_request_model():
    text = (
        f"class Inner(BaseModel):\n{MODELS['field validator']}"
        "class M(BaseModel):\n    inner: list[Inner]\n@app.post('/')\ndef create(m: M): ...\n"
    )
    assert reported(text) == ["blocking-sleep"]


def test_of_an_inherited_validator():
    text = (
        f"class Parent(BaseModel):\n{MODELS['field validator']}"
        "class M(Parent): ...\n@app.post('/')\ndef create(m: M): ...\n"
    )
    assert reported(text) == ["blocking-sleep"]
