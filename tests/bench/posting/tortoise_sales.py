"""A sale with aiohttp and Tortoise ORM, as their documentation writes it: one bare durable insert."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

from aiohttp import web
from tortoise import Tortoise, fields
from tortoise.models import Model

from tests.bench.serving import serve

POOL = 8


class Sale(Model):
    """What was sold."""

    id = fields.IntField(primary_key=True)
    sku = fields.CharField(100)
    quantity = fields.IntField()
    unit_price = fields.DecimalField(12, 4)
    platform = fields.CharField(50, null=True)
    sold_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Its table."""

        table = "sales"


async def create_sale(request: web.Request) -> web.Response:
    """POST /api/sales."""
    body = await request.json()
    sale = await Sale.create(
        sku=str(body["sku"]),
        quantity=int(body["quantity"]),
        unit_price=Decimal(str(body["unit_price"])),
        platform=body.get("platform"),
    )
    return web.json_response({"id": sale.id, "total": str(sale.quantity * sale.unit_price)}, status=201)


def write_tortoise_url(url: str) -> str:
    """The address as Tortoise has it: SQLite with one connection and full durability, or asyncpg with a pool."""
    if url.startswith("sqlite"):
        return f"{url.replace('sqlite:///', 'sqlite://')}?journal_mode=WAL&synchronous=FULL"
    return f"{url.replace('postgresql:', 'asyncpg:')}?minsize={POOL}&maxsize={POOL}"


@asynccontextmanager
async def serve_tortoise(url: str) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """Serve it by aiohttp; its address and the headers it wants."""
    await Tortoise.init(db_url=write_tortoise_url(url), modules={"models": [__name__]})
    await Tortoise.generate_schemas()
    app = web.Application()
    app.router.add_post("/api/sales", create_sale)
    async with serve(app) as address:
        yield f"{address}/api/sales", {}
    await Tortoise.close_connections()
