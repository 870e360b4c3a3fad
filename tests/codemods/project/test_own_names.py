from __future__ import annotations

import pytest

from asyncshim_codemods.project.definitions import defined, requested_ports


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (b"def test_it(unused_tcp_port): ...", {"unused_tcp_port"}),
        (b"usefixtures('unused_udp_port_factory')", {"unused_udp_port_factory"}),
        (b"def unused_tcp_port(): ...\ndef test_it(unused_tcp_port): ...", set()),
        (b"my_unused_tcp_port = unused_tcp_ports", set()),
        (b"", set()),
    ],
)
def test_ports_are_requested_by_files_that_do_not_define_them(code: bytes, expected: set[str]) -> None:
    assert requested_ports(code) == expected


def test_functions_and_fixture_names_define_a_fixture() -> None:
    code = b"async def asyncio_runner(): ...\n@fixture(name = 'unused_tcp_port')\ndef port(): ...\nx = unused_udp_port"
    assert set(defined(code)) == {"asyncio_runner", "unused_tcp_port"}
