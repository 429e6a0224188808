"""The example application: exactly what is reported there, line by line."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"

PLANTED = {
    ("shop/main.py", "FL101", "time.sleep(2)"),
    ("shop/routers/orders.py", "FL102", "payments.charge(row.id, row.amount)"),
    ("shop/routers/products.py", "FL103", "catalogue.search(db, words)"),
    ("shop/routers/products.py", "FL103", "db.get(Product, product_id)"),
    (
        "shop/routers/products.py",
        "FL104",
        "catalogue.picture_path(product_id).write_bytes(content)",
    ),
    ("shop/routers/orders.py", "FL106", "invoices.render(order_id)"),
    (
        "shop/services/notifications.py",
        "FL107",
        'send(compose(email, "Your order", f"Thank you for order {order_id}."))',
    ),
    ("shop/backoffice.py", "FL108", "future.result()"),
    ("shop/backoffice.py", "FL109", "breakpoint()"),
    ("shop/routers/customers.py", "FL110", "security.hash_password(customer.password)"),
    ("shop/backoffice.py", "FL111", "rates.refresh()"),
    ("shop/routers/orders.py", "FL201", 'audit.record(customer.id, "order", order_id=row.id)'),
    ("shop/backoffice.py", "FL202", "is_admin(customer)"),
    ("shop/routers/orders.py", "FL301", 'router.get("/")'),
    ("shop/services/rates.py", "FL323", "httpx.AsyncClient(timeout=5)"),
    ("shop/main.py", "FL401", "app.add_middleware("),
    ("shop/backoffice.py", "FL501", 'app.on_event("shutdown")'),
    ("shop/main.py", "FL502", 'app.on_event("startup")'),
    ("shop/schemas.py", "FL603", "class Config"),
    ("shop/routers/orders.py", "FL604", "order.dict"),
    ("shop/routers/customers.py", "FL604", "CustomerOut.from_orm"),
}
"""File, code and the reported source of every finding."""


def fastlint(folder: Path, *arguments: str) -> str:
    """What `fastlint` prints in `folder`."""
    command = [sys.executable, "-m", "fastlint", *arguments]
    run = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    assert run.returncode < 2, run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    result: dict[str, Any] = json.loads(fastlint(EXAMPLES / "shop", ".", "--output-format", "json"))
    return result


def reported_source(finding: dict[str, Any]) -> str:
    """What a finding is about, as it stands in the file; its first line if there are more."""
    lines = (EXAMPLES / "shop" / finding["path"]).read_text().splitlines()
    line: str = lines[finding["line"] - 1]
    several = finding["line"] < finding["end_line"]
    return line[finding["column"] - 1 : None if several else finding["end_column"] - 1]


def test_shop_reports_the_planted_faults_and_nothing_else(report):
    found = {
        (finding["path"], finding["code"], reported_source(finding))
        for finding in report["findings"]
    }
    assert found == PLANTED
    assert len(report["findings"]) == len(PLANTED)


def test_shop_costs_no_problem(report):
    assert report["problems"] == []


def test_readme_of_the_examples_lists_what_is_planted():
    rows = re.findall(
        r"^\| `(shop/[^`]+)`, `\w+` \| (FL\d+) ", (EXAMPLES / "README.md").read_text(), re.MULTILINE
    )
    assert sorted(rows) == sorted((path, code) for path, code, _ in PLANTED)
