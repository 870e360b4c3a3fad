"""What the application does with its tables; the caller owns the transaction."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from library.models import Author, Book


async def find_author(session: AsyncSession, name: str) -> Author | None:
    query = select(Author).where(Author.name == name).options(selectinload(Author.books))
    return (await session.execute(query)).scalar_one_or_none()


async def publish(session: AsyncSession, author: Author, title: str) -> Book:
    book = Book(title=title, author=author)
    session.add(book)
    await session.flush()
    return book


async def count_books(session: AsyncSession) -> int:
    return (await session.execute(select(func.count(Book.id)))).scalar_one()
