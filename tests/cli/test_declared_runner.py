"""What ``migrate`` keeps for the runner that the dependency files install."""

from __future__ import annotations

from pathlib import Path

import pytest

from declared_runners import AUTO, Asyncshim, changed, project, settings
from repositories import NEW, git

WIDE = b"""\
import pytest


@pytest.mark.asyncio(loop_scope="session")
async def test_wide():
    pass
"""


def test_no_note_denies_the_runner_that_a_dependency_file_names(asyncshim: Asyncshim, tmp_path: Path) -> None:
    root = project(tmp_path / "p", {"requirements.txt": "pytest-asyncio\n"})
    done = asyncshim(root, "migrate", "--runner", "pytest-asyncio")
    assert "asyncio_mode = auto" in settings(root)
    assert "No dependency file" not in done.stderr


def test_markers_stay_where_auto_mode_cannot_be_written(asyncshim: Asyncshim, tmp_path: Path) -> None:
    root = project(tmp_path / "p", {"requirements.txt": "pytest-asyncio>=0.24\n"})
    done = asyncshim(root, "migrate", "--no-deps", "--no-config", "--unsafe")
    assert changed(root) == []
    assert "needed while pytest-asyncio stays without `asyncio_mode = auto`" in done.stdout
    assert "so markers stay" in done.stderr


LISTED = '[project]\nrequires-python = ">=3.8"\n[dependency-groups]\ndev = ["pytest", "pytest-asyncio~=0.16.0"]\n'
POETRY = '[tool.poetry.dependencies]\npython = "^3.8"\npytest-asyncio = "^0.16"\n'


@pytest.mark.parametrize("limit", ["pytest-asyncio==0.16.0", "pytest-asyncio<0.17", LISTED, POETRY])
def test_markers_stay_for_releases_without_auto_mode(asyncshim: Asyncshim, tmp_path: Path, limit: str) -> None:
    files = {"pyproject.toml": '[project]\nrequires-python = ">=3.8"\n', "requirements.txt": f"{limit}\n"}
    if limit in {LISTED, POETRY}:
        files = {"pyproject.toml": limit}
    root = project(tmp_path / "p", dict(files), "unset")
    asyncshim(root, "migrate")
    assert changed(root) == []


def test_markers_stay_beside_tests_of_another_backend(asyncshim: Asyncshim, tmp_path: Path) -> None:
    trio = b"import pytest\n\n\n@pytest.mark.trio\nasync def test_trio():\n    pass\n"
    root = project(tmp_path / "p", {"requirements.txt": "pytest\n", "tests/test_trio.py": trio})
    asyncshim(root, "migrate")
    assert changed(root) == []


def test_what_auto_mode_does_not_do_stays(asyncshim: Asyncshim, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"requirements.txt": "pytest-asyncio\npytest<7\n", "tests/test_wide.py": WIDE}
    files["tests/conftest.py"] = (
        b"import asyncio\n\nimport pytest\nimport pytest_asyncio\n\n\n"
        b'@pytest.fixture(scope="session")\ndef event_loop():\n    loop = asyncio.new_event_loop()\n'
        b"    yield loop\n    loop.close()\n\n\n"
        b'@pytest.fixture(scope="session")\ndef pool(event_loop):\n'
        b"    return event_loop.run_until_complete(start())\n\n\n"
        b'@pytest_asyncio.fixture(loop_scope="session")\nasync def connection():\n    return 1\n\n\n'
        b"def run(event_loop):\n    return 1\n\n\nasync def start():\n    return 1\n"
    )
    root = project(tmp_path / "p", files)
    done = asyncshim(root, "migrate", "--unsafe")
    assert changed(root) == ["pytest.ini", "tests/test_a.py"]
    for code in ("ASH101", "ASH201", "ASH305", "ASH331"):
        assert f"{code} " in done.stdout, done.stdout


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (
            "requirements-test.txt",
            'pytest-asyncio==0.21.0 ; python_version >= "3.7"\n',
            (
                'asyncshim; python_version >= "3.11"\n'
                'pytest-asyncio==0.21.0; python_version >= "3.7" and python_version < "3.11"\n'
            ),
        ),
        (
            "tox.ini",
            "[testenv]\ndeps =\n    pytest-asyncio\n",
            '[testenv]\ndeps =\n    asyncshim; python_version >= "3.11"\n    pytest-asyncio; python_version < "3.11"\n',
        ),
        (
            "environment.yml",
            "dependencies:\n  - pip:\n      - pytest-asyncio\n",
            (
                'dependencies:\n  - pip:\n      - asyncshim; python_version >= "3.11"\n'
                '      - pytest-asyncio; python_version < "3.11"\n'
            ),
        ),
        (
            "Pipfile",
            '[dev-packages]\npytest-asyncio = "*"\n',
            (
                """[dev-packages]\npytest-asyncio = {version = "*", markers = "python_version < '3.11'"}\n"""
                """asyncshim = {version = "*", markers = "python_version >= '3.11'"}\n"""
            ),
        ),
    ],
)
def test_every_dependency_file_keeps_pytest_asyncio_for_old_pythons(
    asyncshim: Asyncshim, tmp_path: Path, path: str, old: str, new: str
) -> None:
    head = '[tool.poetry.dependencies]\npython = "^3.8"\n'
    root = project(tmp_path / "p", {"pyproject.toml": head, path: old})
    asyncshim(root, "migrate")
    assert (root / path).read_text(encoding="utf-8") == old
    git(root, "checkout", "-q", ".")
    asyncshim(root, "migrate", "--unsafe")
    assert (root / path).read_text(encoding="utf-8") == new
    assert settings(root) == "asyncio_mode = auto\n"
    git(root, "commit", "-qam", "migrated")
    asyncshim(root, "migrate", "--unsafe")
    assert changed(root) == []


def test_undo_restores_a_run_that_kept_pytest_asyncio(asyncshim: Asyncshim, tmp_path: Path) -> None:
    root = project(tmp_path / "p", {"requirements.txt": "pytest-asyncio\npytest<7\n"})
    asyncshim(root, "migrate")
    asyncshim(root, "undo")
    assert changed(root) == []


DEFAULTS = "[pytest]\nasyncio_default_fixture_loop_scope = session\nasyncio_default_test_loop_scope = module\n"
LEAKS = b"import asyncio\n\n\nasync def test_leaks():\n    asyncio.create_task(asyncio.sleep(9))\n"
OWN_SCOPE = b'import pytest\n\n\n@pytest.mark.asyncio(loop_scope="function")\nasync def test_own():\n    pass\n'


@pytest.mark.parametrize(
    ("files", "arguments", "is_safe"),
    [
        ({"tests/test_b.py": b"async def test_b():\n    pass\n"}, [], True),
        ({"tests/test_b.py": LEAKS}, [], False),
        ({"tests/test_b.py": OWN_SCOPE}, [], False),
        ({"tests/test_b.py": b"async def test_b():\n    pass\n"}, ["tests/test_a.py", "pytest.ini"], False),
    ],
    ids=["nothing leaks", "a test leaks", "a test has a narrower scope", "a part of the suite"],
)
def test_wide_default_loop_scopes_go_if_nothing_in_the_whole_suite_may_leak(
    asyncshim: Asyncshim, tmp_path: Path, files: dict[str, str | bytes], arguments: list[str], is_safe: bool
) -> None:
    root = project(tmp_path, {**files, "requirements.txt": "asyncshim\n", "pytest.ini": DEFAULTS})
    asyncshim(root, "migrate", *arguments)
    after = (root / "pytest.ini").read_text(encoding="utf-8")
    assert after == ("[pytest]\n" if is_safe else DEFAULTS)
    asyncshim(root, "migrate", *arguments, "--allow-dirty")
    assert (root / "pytest.ini").read_text(encoding="utf-8") == after


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[tool.poetry.group.dev.dependencies]\npytest-asyncio = "^0.21"\n'),
        ("pyproject.toml", '[tool.poetry.dev-dependencies]\npytest-asyncio = {version = "~0.23", optional = true}\n'),
        ("environment.yml", "dependencies:\n  - pytest-asyncio=0.21.1\n"),
        ("Pipfile", '[dev-packages]\npytest-asyncio = "==0.21.*"\n'),
    ],
)
def test_an_old_pytest_asyncio_gets_no_options_for_one_loop_however_its_limit_is_written(
    tmp_path: Path, asyncshim: Asyncshim, name: str, text: str
) -> None:
    root = project(tmp_path / "project", {name: text})
    done = asyncshim(root, "migrate", "--runner", "pytest-asyncio")
    assert settings(root) == AUTO["strict"]
    assert (root / "tests/test_a.py").read_bytes() == NEW
    assert f"{name}: one loop for all needs pytest-asyncio 0.26 or newer" in done.stderr


def test_a_filter_in_code_stays_while_pytest_asyncio_may_run_the_suite(tmp_path: Path, asyncshim: Asyncshim) -> None:
    conftest = (
        "def pytest_configure(config):\n"
        '    config.addinivalue_line("filterwarnings", "ignore:.*:DeprecationWarning:pytest_asyncio")\n'
    )
    files: dict[str, str | bytes] = {"requirements.txt": "pytest-aiohttp\n", "tests/conftest.py": conftest}
    root = project(tmp_path / "project", files)
    done = asyncshim(root, "migrate", "--unsafe")
    assert (root / "tests/conftest.py").read_text(encoding="utf-8") == conftest
    assert "ASH403 warning filter kept while pytest-asyncio is needed" in done.stderr + done.stdout
