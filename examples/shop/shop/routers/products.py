"""Products."""

import asyncio

from fastapi import APIRouter, Depends, HTTPException, Response, UploadFile
from sqlalchemy import select

from shop.database import get_db
from shop.dependencies import DatabaseSession
from shop.models import Product
from shop.schemas import ProductOut, Quote
from shop.services import catalogue, rates
from shop.settings import settings

router = APIRouter(prefix="/products", tags=["products"])


@router.get("/")
def list_products(db: DatabaseSession) -> list[ProductOut]:
    # A `def` route: FastAPI runs it in a thread, where a synchronous session belongs.
    return db.scalars(select(Product).order_by(Product.name)).all()


@router.get("/search", response_model=list[ProductOut])
async def search_products(words: str, db=Depends(get_db)):
    return catalogue.search(db, words)


@router.get("/{product_id}")
async def get_product(product_id: int, db: DatabaseSession) -> ProductOut:
    product = db.get(Product, product_id)
    if product is None:
        raise HTTPException(status_code=404)
    return product


@router.get("/{product_id}/price")
def quote(product_id: int, currency: str, db: DatabaseSession) -> Quote:
    product = db.get_one(Product, product_id)
    return Quote(amount=rates.convert(product.price, currency), currency=currency)


@router.put("/{product_id}/picture", status_code=204)
async def upload_picture(product_id: int, picture: UploadFile) -> None:
    content = await picture.read()
    catalogue.picture_path(product_id).write_bytes(content)


@router.get("/{product_id}/picture")
async def download_picture(product_id: int) -> Response:
    # Reading happens in a thread, through a bound method that is only referenced here.
    content = await asyncio.to_thread(catalogue.picture_path(product_id).read_bytes)
    return Response(content, media_type="image/jpeg")


@router.post("/pictures/archive", status_code=202)
async def archive_pictures() -> None:
    loop = asyncio.get_running_loop()
    target = settings.upload_folder.with_suffix(".zip")
    await loop.run_in_executor(None, lambda: catalogue.archive_pictures(target))
