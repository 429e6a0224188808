"""Settings, from the environment or their defaults."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SHOP_")

    database_url: str = "sqlite:///shop.db"
    redis_url: str = "redis://localhost:6379/0"

    cors_origins: list[str] = ["*"]
    backoffice_origins: list[str] = ["https://backoffice.shop.example"]

    payment_url: str = "https://payments.example/v1"
    rates_url: str = "https://rates.example/latest"
    smtp_host: str = "localhost"
    terms: Path = Path("terms.txt")
    upload_folder: Path = Path("uploads")


settings = Settings()
