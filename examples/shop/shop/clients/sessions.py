"""The token store, in Redis."""

from redis.asyncio import Redis

from shop.settings import settings

redis = Redis.from_url(settings.redis_url, decode_responses=True)


async def start(token: str, customer_id: int) -> None:
    await redis.set(f"session:{token}", customer_id, ex=3600)


async def customer_of(token: str) -> int | None:
    value = await redis.get(f"session:{token}")
    return int(value) if value is not None else None


async def has_role(customer_id: int, role: str) -> bool:
    return bool(await redis.sismember(f"roles:{customer_id}", role))
