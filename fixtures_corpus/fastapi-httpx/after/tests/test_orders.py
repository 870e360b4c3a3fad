import asyncio

import pytest


async def test_the_application_is_ready(client):
    response = await client.get("/ready")
    assert response.json() == {"ready": True}


async def test_without_a_store(client):
    response = await client.post("/orders", json={"article": "tea"})
    assert response.status_code == 503


async def test_an_order_is_stored_and_a_mail_sent(client, store):
    response = await client.post("/orders", json={"article": "tea", "count": 2})
    assert (response.status_code, response.json()["number"]) == (201, 1)
    assert store.mails == [1]


@pytest.mark.parametrize("body", [{}, {"article": "tea", "count": "many"}])
async def test_what_is_no_order(client, store, body):
    response = await client.post("/orders", json=body)
    assert response.status_code == 422
    assert store.orders == []


async def test_many_at_once(client, store):
    responses = await asyncio.gather(*(client.post("/orders", json={"article": str(n)}) for n in range(5)))
    assert sorted(response.json()["number"] for response in responses) == [1, 2, 3, 4, 5]


async def test_tenant_of_another_test_is_not_seen(client, store):
    response = await client.post("/orders", json={"article": "tea"})
    assert response.json()["tenant"] == "public"
