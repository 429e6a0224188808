"""Exchange rates."""

import asyncio
from decimal import Decimal

import httpx

from shop.settings import settings

_rates: dict[str, Decimal] = {"EUR": Decimal(1)}


async def fetch() -> dict[str, Decimal]:
    async with httpx.AsyncClient(timeout=5) as client:
        response = await client.get(settings.rates_url)
    return {code: Decimal(rate) for code, rate in response.json().items()}


def refresh() -> int:
    """Loads all rates; for the nightly job and for the back office."""
    _rates.update(asyncio.run(fetch()))
    return len(_rates)


def convert(amount: Decimal, currency: str) -> Decimal:
    return amount * _rates[currency]
