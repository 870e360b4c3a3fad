from __future__ import annotations

import pytest
from packaging.requirements import Requirement

from asyncshim_codemods import api
from asyncshim_codemods.results import Options
from config_tools import rewrite


@pytest.mark.parametrize("runner", ["asyncshim", "anyio", "alt-pytest-asyncio"])
@pytest.mark.parametrize(
    "line", ["pytest-asyncio", "Pytest_Asyncio[docs]>=0.2,!=0.3 ; extra == 'x' and os_name != 'nt'"]
)
def test_the_new_requirement_keeps_the_environment_marker(line: str, runner: str) -> None:
    written = Requirement(rewrite("requirements.txt", line + "\n", runner=runner).new.decode().strip())
    assert written.name == runner
    assert str(written.marker) == str(Requirement(line).marker)


def test_the_requirement_is_replaced_only_after_the_imports_are_gone() -> None:
    files = {"tests/conftest.py": b"import pytest_asyncio\n", "requirements.txt": b"pytest-asyncio\n"}
    options = Options(frozenset(api.rules()))
    for source, after, messages in (
        (
            b"import pytest_asyncio\n",
            b"pytest-asyncio\n",
            ["pytest-asyncio stays: tests/conftest.py:1 imports pytest_asyncio"],
        ),
        (b"import pytest\n", b"asyncshim\n", ["pytest-asyncio becomes asyncshim"]),
    ):
        facts = api.collect_facts({**files, "tests/conftest.py": source}.items())
        result = api.rewrite_config("requirements.txt", files["requirements.txt"], facts, options)
        assert (result.new, [found.message for found in result.findings]) == (after, messages)
