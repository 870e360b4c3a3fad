async def test_everything_meets_on_one_loop(warehouse, shelf, room, article, count):
    assert warehouse.open
    assert warehouse.stock == {shelf: 1, room: 1, article: count}


async def test_every_test_has_its_own_article(warehouse, article):
    assert await warehouse.put(article) == 3


def test_sync_tests_may_ask_for_async_fixtures(warehouse, article, label, plain):
    assert label == "CHAIR"
    assert warehouse.stock[article] == 2
    assert plain == "plain"


class TestTeam:
    async def test_one_joins(self, team):
        team.append("edsger")
        assert len(team) == 3

    def test_all_are_there(self, team):
        assert team == ["ada", "grace", "edsger"]


class TestOtherTeam:
    def test_a_class_has_its_own(self, team):
        assert team == ["ada", "grace"]
