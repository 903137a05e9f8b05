"""A sale with FastAPI and SQLAlchemy, as its tutorial writes it: checked by pydantic, one bare durable insert.

A plain function with a Session, in FastAPI's threads; an AsyncSession with aiosqlite or asyncpg takes it longer.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI
from pydantic import BaseModel, Field
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from core import clock

POOLS = {"sqlite": 4, "postgresql": 8}  # connections: on SQLite more of them only wait for one another's lock


class Base(DeclarativeBase):
    """The tables."""


class Sale(Base):
    """What was sold."""

    __tablename__ = "sales"

    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str]
    quantity: Mapped[int]
    unit_price: Mapped[Decimal]
    platform: Mapped[str | None]
    sold_at: Mapped[datetime]


class SaleBody(BaseModel):
    """A sale as it is posted."""

    sku: str
    quantity: int = Field(gt=0)
    unit_price: Decimal = Field(ge=0)
    platform: str | None = None


class SaleAnswer(BaseModel):
    """A sale as it is answered."""

    id: int
    total: Decimal


def build_app(engine: Engine) -> FastAPI:
    """One route."""
    app, make_session = FastAPI(), sessionmaker(engine, expire_on_commit=False)

    def open_session() -> Iterator[Session]:
        with make_session() as session:
            yield session

    @app.post("/api/sales", status_code=201)
    def create_sale(body: SaleBody, session: Annotated[Session, Depends(open_session)]) -> SaleAnswer:
        sale = Sale(**body.model_dump(), sold_at=clock.now().replace(tzinfo=None))
        session.add(sale)
        session.commit()
        return SaleAnswer(id=sale.id, total=sale.quantity * sale.unit_price)

    return app


def open_engine(url: str) -> Engine:
    """An engine with a pool of connections, each fully durable."""
    address = make_url(url)
    pool_size = POOLS[address.get_backend_name()]
    if address.get_backend_name() == "postgresql":
        return create_engine(address.set(drivername="postgresql+psycopg"), pool_size=pool_size, max_overflow=0)
    shared = {"check_same_thread": False, "timeout": 30}
    engine = create_engine(address, pool_size=pool_size, max_overflow=0, connect_args=shared)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


@asynccontextmanager
async def serve_fastapi(url: str) -> AsyncIterator[tuple[str, dict[str, str]]]:
    """Serve it by uvicorn with httptools; its address and the headers it wants."""
    engine = open_engine(url)
    Base.metadata.create_all(engine)
    server = uvicorn.Server(uvicorn.Config(build_app(engine), http="httptools", log_level="warning", access_log=False))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve([listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/sales", {}
        server.should_exit = True
        await serving
    engine.dispose()
