import pytest
from sqlalchemy.exc import IntegrityError

from library.models import Author
from library.service import count_books, find_author, publish


async def test_author_is_found_with_her_books(session, book):
    session.expunge_all()
    found = await find_author(session, "Ursula")
    assert found is not None
    assert [each.title for each in found.books] == ["The Dispossessed"]


async def test_publishing_adds_a_book(session, author):
    await publish(session, author, "Rocannon's World")
    assert await count_books(session) == 1


@pytest.mark.parametrize("titles", [["A"], ["A", "B"], []])
async def test_books_are_counted(session, factory, titles):
    author = await factory(Author, name="Stanislaw")
    for title in titles:
        await publish(session, author, title)
    assert await count_books(session) == len(titles)


async def test_names_are_unique(session, author, factory):
    with pytest.raises(IntegrityError):
        async with session.begin_nested():
            await factory(Author, name=author.name)


class TestFactory:
    async def test_instances_have_keys(self, author, book):
        assert author.id == book.author_id

    async def test_instances_live_in_the_session_of_the_test(self, session, author):
        assert author in session
