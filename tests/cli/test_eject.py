from __future__ import annotations

from pathlib import Path

import pytest

from asyncshim.migrate import eject
from house.processes import run_python
from repositories import asyncshim, read_tree, repository

FILES = {"pytest.ini": "[pytest]\n", "tests/test_it.py": "async def test_it(): ...\n"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(tmp_path / "project", FILES)


def test_eject_writes_conftest_py_and_prints_the_next_commands(project: Path) -> None:
    done = asyncshim(project, "eject")
    assert done.code == 0
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "conftest.py was written: async tests and fixtures run on one event loop, without a plugin.",
        "Next: python -m asyncshim migrate --runner conftest   # removes the plugins",
        "      python -m pytest -p no:asyncshim",
    ]
    assert (project / "conftest.py").read_text("utf-8") == eject.template()
    assert asyncshim(project, "eject").stderr == "conftest.py is up to date.\n"


def test_eject_warns_of_uses_that_need_a_plugin(project: Path) -> None:
    override = (
        "import pytest\n\n\n@pytest.fixture\ndef event_loop():\n    loop = Loop()\n    yield loop\n    loop.close()\n"
    )
    (project / "tests/conftest.py").write_text(override, "utf-8")
    done = asyncshim(project, "eject")
    assert done.code == 0
    assert done.stderr.startswith(
        "warning: 1 use remains that this conftest.py does not support: "
        "`python -m asyncshim check` lists them\nconftest.py was written: "
    )


def test_eject_writes_conftest_py_in_a_folder_without_tests(tmp_path: Path) -> None:
    done = asyncshim(tmp_path, "eject")
    assert (done.code, "warning" in done.stderr) == (0, False)
    assert (tmp_path / "conftest.py").is_file()


def test_eject_in_a_subfolder_writes_to_the_project_root(project: Path) -> None:
    assert "../conftest.py was written" in asyncshim(project / "tests", "eject", ".").stderr
    assert (project / "conftest.py").is_file()


def test_eject_adds_a_block_to_an_existing_conftest_and_renews_it(project: Path) -> None:
    (project / "conftest.py").write_text("x = 1\n", "utf-8")
    assert "conftest.py has a new block at its end" in asyncshim(project, "eject").stderr
    text = (project / "conftest.py").read_text("utf-8")
    (project / "conftest.py").write_text(text.replace("OTHER_PLUGINS", "OTHERS"), "utf-8")
    assert "The block in conftest.py was updated" in asyncshim(project, "eject").stderr
    assert (project / "conftest.py").read_text("utf-8") == text


def test_eject_print_shows_the_file_and_writes_nothing(project: Path) -> None:
    before = read_tree(project)
    done = asyncshim(project, "eject", "--print")
    assert (done.code, done.stdout) == (0, eject.template())
    assert read_tree(project) == before


PORTS = """\
import pytest


@pytest.fixture
def second(unused_tcp_port_factory):
    return unused_tcp_port_factory()


async def test_ports(second, unused_tcp_port_factory, unused_tcp_port):
    assert len({second, unused_tcp_port_factory(), unused_tcp_port_factory()}) == 3
    assert 1024 <= unused_tcp_port <= 65535


@pytest.mark.usefixtures("unused_udp_port")
def test_by_name(request):
    assert request.getfixturevalue("unused_udp_port_factory")() > 0
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_eject_writes_the_port_fixtures_that_tests_use(project: Path, newline: str) -> None:
    (project / "conftest.py").write_text("x = 1\n", "utf-8", newline=newline)
    (project / "tests/test_ports.py").write_text(PORTS, "utf-8")
    assert asyncshim(project, "eject").code == 0
    text = (project / "conftest.py").read_text("utf-8")
    assert all(f"def unused_{kind}_port{end}(" in text for kind in ("tcp", "udp") for end in ("", "_factory"))
    ran = run_python("-m", "pytest", "-q", "-p", "no:asyncshim", "-W", "error", cwd=project)
    assert "3 passed" in ran.stdout
    assert "is up to date" in asyncshim(project, "eject").stderr
    (project / "tests/test_ports.py").unlink()
    assert "was updated" in asyncshim(project, "eject").stderr
    assert "unused" not in (project / "conftest.py").read_text("utf-8")


@pytest.mark.parametrize("head", ["()\ndef unused_tcp_port", "(name='unused_tcp_port')\ndef port"])
def test_eject_leaves_out_port_fixtures_that_the_conftest_or_the_test_defines(project: Path, head: str) -> None:
    own = f"import pytest\n\n\n@pytest.fixture{head}():\n    return 1\n"
    (project / "conftest.py").write_text(own, "utf-8")
    used = "def test_a(unused_tcp_port): ...\n"
    (project / "tests/test_ports.py").write_text(used, "utf-8")
    (project / "tests/test_own.py").write_text(own.replace("tcp", "udp") + used.replace("tcp", "udp"), "utf-8")
    assert asyncshim(project, "eject").code == 0
    text = (project / "conftest.py").read_text("utf-8")
    assert (text.count("unused_tcp_port"), "unused_udp_port" in text) == (1, False)


def test_eject_print_shows_the_port_fixtures_that_tests_use(project: Path) -> None:
    (project / "tests/test_ports.py").write_text("def test_a(unused_udp_port): ...\n", "utf-8")
    assert asyncshim(project, "eject", "--print").stdout == eject.template(["unused_udp_port"])


ONLY_HERE = """\
import pytest


@pytest.mark.own_runner
async def test_alone(): ...


@pytest.mark.asyncshim_timeout(3)
async def test_limited(unused_tcp_port): ...
"""


def test_eject_names_what_only_asyncshim_provides_and_writes_nothing(project: Path) -> None:
    (project / "tests/test_only.py").write_text(ONLY_HERE, "utf-8")
    before = read_tree(project)
    done = asyncshim(project, "eject")
    assert done.code == 1
    assert done.stdout.splitlines() == [
        "tests/test_only.py:4:2: ASH207 a conftest.py without plugins does not provide the marker `own_runner`",
        "tests/test_only.py:8:2: ASH207 a conftest.py without plugins does not provide the marker `asyncshim_timeout`",
    ]
    assert done.stderr == ("error: 2 uses need asyncshim, so nothing was written; change them first, or add --anyway\n")
    assert read_tree(project) == before


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ("asyncshim_timeout = 30", "asyncshim_timeout"),
        ("asyncshim_loop_factory = uvloop:new_event_loop", "asyncshim_loop_factory"),
        ("addopts = --asyncshim-timeout=30", "--asyncshim-timeout"),
    ],
)
def test_eject_names_options_that_only_asyncshim_has_and_writes_nothing(
    project: Path, options: str, named: str
) -> None:
    (project / "pytest.ini").write_text(f"[pytest]\nasyncio_mode = auto\n{options}\n", "utf-8")
    done = asyncshim(project, "eject")
    assert done.code == 1
    assert f"{named}: conftest does not support it, remove it together with asyncshim" in done.stdout
    assert "error: 1 use needs asyncshim, so nothing was written" in done.stderr
    assert "remain" not in done.stderr
    assert not (project / "conftest.py").exists()


def test_eject_anyway_writes_the_file(project: Path) -> None:
    (project / "tests/test_only.py").write_text(ONLY_HERE, "utf-8")
    done = asyncshim(project, "eject", "--anyway")
    assert (done.code, "conftest.py was written" in done.stderr) == (0, True)
    assert "ASH207" in done.stdout
    assert "def unused_tcp_port(" in (project / "conftest.py").read_text("utf-8")


def test_check_lists_what_the_chosen_runner_lacks(project: Path) -> None:
    (project / "tests/test_only.py").write_text(ONLY_HERE, "utf-8")
    assert asyncshim(project, "check").code == 0
    for runner, found in (("conftest", 3), ("pytest-asyncio", 2), ("anyio", 3), ("alt-pytest-asyncio", 3)):
        done = asyncshim(project, "check", "--runner", runner)
        assert (done.code, done.stdout.count("ASH207")) == (1, found)
