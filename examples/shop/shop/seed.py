"""Fills an empty database from the supplier's list: `python -m shop.seed URL`.

A script: no event loop runs here, so nothing in it is a fault.
"""

import sys
import time
from dataclasses import dataclass
from decimal import Decimal

import requests

from shop.database import Base, SessionLocal, engine
from shop.models import Product


@dataclass
class Row:
    name: str
    price: Decimal

    class Config:
        """How the supplier writes prices; this class is no model of Pydantic's."""

        decimal_comma = True

    @classmethod
    def parse(cls, line: str) -> "Row":
        name, price = line.split(";")
        return cls(name, Decimal(price.replace(",", ".")))

    def dict(self) -> dict[str, object]:
        return {"name": self.name, "price": self.price}


def download(url: str, attempts: int = 3) -> str:
    for _ in range(attempts):
        response = requests.get(url, timeout=30)
        if response.ok:
            return response.text
        time.sleep(10)
    raise SystemExit(f"{url} does not answer")


def main() -> None:
    Base.metadata.create_all(engine)
    with SessionLocal() as session:
        for line in download(sys.argv[1]).splitlines():
            session.add(Product(**Row.parse(line).dict()))
        session.commit()


if __name__ == "__main__":
    main()
