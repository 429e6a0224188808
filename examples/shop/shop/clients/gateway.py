"""The payment provider's HTTP interface."""

import time
from decimal import Decimal

import requests

from shop.settings import settings


class PaymentGateway:
    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()

    def charge(self, reference: str, amount: Decimal) -> str:
        response = self.session.post(
            f"{self.url}/charges",
            json={"reference": reference, "amount": str(amount)},
            timeout=10,
        )
        response.raise_for_status()
        return response.json()["id"]

    def wait_until_settled(self, payment_id: str) -> None:
        """Polls until the money has arrived: for background tasks."""
        while not self.is_settled(payment_id):
            time.sleep(5)

    def is_settled(self, payment_id: str) -> bool:
        response = self.session.get(f"{self.url}/charges/{payment_id}", timeout=10)
        return response.json()["status"] == "settled"


gateway = PaymentGateway(settings.payment_url)
