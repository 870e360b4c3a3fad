from __future__ import annotations

import pytest

from asyncshim_codemods.project.definitions import requests_in


@pytest.mark.parametrize(
    ("code", "by_sync", "by_async"),
    [
        ("def test_a(x, y: list[int], *, z):\n    pass\n", {"x", "y", "z"}, set()),
        ("async def test_a(x: dict[str, int], y=(1, 2), *rest, **more):\n    pass\n", set(), {"x"}),
        (
            "def test_a(\n    x: int,\n    /,\n    y = 1,\n    *rest,\n    z,\n    **more,\n):\n    pass\n",
            {"x", "z"},
            set(),
        ),
        ("def test_a(x, y=')', z):\n    pass\n", {"x"}, set()),
        ("def helper(x):\n    pass\n\n\nasync def test_a():\n    pass\n", set(), set()),
        ("@pytest.fixture(\n    scope='module',\n)\ndef made(x):\n    pass\n", {"x"}, set()),
        ("@pytest.fixture\r\nasync def made(x):\r\n    pass\r\n", set(), {"x"}),
        ("def test_a(x, event_loop):\n    pass\n", set(), {"x", "event_loop"}),
        ("def test_a(  # fast (really)\n    x,  # why, y\n):\n    pass\n", {"x"}, set()),
        ("@usefixtures('x', 'y')\n@other\nasync def test_a():\n    pass\n", set(), {"x", "y"}),
        ("@usefixtures('x')\ndef test_a():\n    pass\n", {"x"}, set()),
        ("@usefixtures('x')\nclass TestA:\n    async def test_a(self):\n        pass\n", set(), {"self", "x"}),
        ("pytestmark = usefixtures('x')\n\n\ndef test_a():\n    pass\n", {"x"}, set()),
    ],
)
def test_the_requests_of_tests_and_fixtures_are_found(code: str, by_sync: set[str], by_async: set[str]) -> None:
    found = requests_in("tests/test_a.py", code.encode())
    assert (found.by_sync, found.by_async) == (by_sync, by_async)


def test_the_folders_of_synchronous_tests_are_found() -> None:
    assert requests_in("tests/unit/test_a.py", b"def test_a():\n    pass\n").sync_folders == {"tests/unit"}
    assert not requests_in("tests/unit/test_a.py", b"async def test_a():\n    pass\n").sync_folders


def test_a_definition_without_an_end_has_no_requests() -> None:
    assert not requests_in("tests/test_a.py", b"def test_a(x").by_sync
