"""Orders, kept in memory."""

import asyncio
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from pydantic import BaseModel

tenant: ContextVar[str] = ContextVar("tenant", default="public")


class Order(BaseModel):
    article: str
    count: int = 1


class Store:
    def __init__(self):
        self.orders = []
        self.mails = []

    async def add(self, order):
        await asyncio.sleep(0)
        self.orders.append((tenant.get(), order))
        return len(self.orders)


def get_store():
    raise HTTPException(503, "no store")


@asynccontextmanager
async def lifespan(app):
    app.state.ready = True
    yield
    app.state.ready = False


app = FastAPI(lifespan=lifespan)


@app.post("/orders", status_code=201)
async def order(order: Order, store: Annotated[Store, Depends(get_store)], tasks: BackgroundTasks):
    number = await store.add(order)
    tasks.add_task(store.mails.append, number)
    return {"number": number, "tenant": tenant.get()}


@app.get("/ready")
async def ready():
    return {"ready": app.state.ready}
