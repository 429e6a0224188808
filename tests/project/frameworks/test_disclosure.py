"""What clients are told of exceptions, in projects of many helpers."""

from fastlint import testing

LEVELS = 12
HELPERS = "\n\n".join(
    f"def text{level}(value):\n    return " + " + ".join([f"text{level + 1}(value)"] * 6)
    for level in range(LEVELS)
)


def test_helpers_that_call_others_many_times_are_looked_at_once():
    text = f"""from fastapi import FastAPI, HTTPException
app = FastAPI()

{HELPERS}

def text{LEVELS}(value):
    return str(value)

@app.get("/")
def read(name: str):
    try:
        return text0(name)
    except Exception as error:
        raise HTTPException(500, text{LEVELS}(error))  # error: "`error`"
"""
    assert not testing.check({"app.py": text}, select=["exception-detail-leak"])
