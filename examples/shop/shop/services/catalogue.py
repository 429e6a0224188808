"""Products: looking them up, their pictures."""

import shutil
from pathlib import Path

from sqlalchemy.orm import Session

from shop.models import Product
from shop.settings import settings


def search(db: Session, words: str) -> list[Product]:
    query = db.query(Product).order_by(Product.name)
    for word in words.split():
        query = query.filter(Product.name.icontains(word))
    return query.limit(50).all()


def picture_path(product_id: int) -> Path:
    return settings.upload_folder / f"{product_id}.jpg"


def archive_pictures(target: Path) -> None:
    shutil.make_archive(str(target), "zip", settings.upload_folder)
