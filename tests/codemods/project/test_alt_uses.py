from __future__ import annotations

import pytest

from asyncshim_codemods.project.alt_uses import AltFacts, AltUses, enables


def found(text: str, path: str = "a.py") -> AltFacts:
    uses = AltUses()
    uses.add(path, text.encode())
    return uses.facts()


@pytest.mark.parametrize(
    ("text", "use"),
    [
        ("import alt_pytest_asyncio.plugin as p\n", "a.py:1 imports alt_pytest_asyncio"),
        (
            "\ntry:\n    from alt_pytest_asyncio import (\n        Loop,\n    )\nfinally: ...\n",
            "a.py:3 imports alt_pytest_asyncio",
        ),
        ("alt = importorskip('alt_pytest_asyncio')\n", "a.py:1 imports alt_pytest_asyncio"),
        ("def f(\n    async_timeout: X,\n): ...\n", "a.py:2 requests `async_timeout`"),
        ("request.getfixturevalue('async_timeout')\n", "a.py:1 requests `async_timeout`"),
        (
            "@pytest.fixture\nasync def class_default_async_timeout(): ...\n",
            "a.py:2 overrides `class_default_async_timeout`",
        ),
        ("@fixture(name='default_async_timeout')\ndef f(): ...\n", "a.py:2 overrides `default_async_timeout`"),
    ],
)
def test_a_use_is_found_with_its_line(text: str, use: str) -> None:
    assert found(text).uses == (use,)
    assert not found(text).loaded


@pytest.mark.parametrize(
    "text",
    [
        "# import alt_pytest_asyncio\n",
        '"""\nimport alt_pytest_asyncio\n"""\n',
        "import alt_pytest_asyncio_extras\n",
        "from . import alt_pytest_asyncio\n",
        "import async_timeout\n",
        "def default_async_timeout(): ...\n",
        "pytest_plugins = ['pytester']\n",
        "def f(async_timeout:\n",
    ],
)
def test_other_code_is_no_use(text: str) -> None:
    assert found(text) == AltFacts()


def test_loading_the_plugin_is_told_apart_from_uses() -> None:
    facts = found("if x:\n    pytest_plugins = ['a', 'alt_pytest_asyncio.enable']\n", "conftest.py")
    assert facts == AltFacts(
        loaded=("conftest.py:2 loads alt_pytest_asyncio.enable",), enabled_in=frozenset({"conftest.py"})
    )
    assert not found("pytest_plugins = 'alt_pytest_asyncio.plugin'\n").enabled_in


def test_facts_of_several_files_are_joined_and_replaced_after_a_run() -> None:
    uses, more = AltUses(), AltUses()
    uses.add("a.py", b"pytest_plugins = 'alt_pytest_asyncio.enable'\n")
    more.add("b.py", b"@pytest.fixture\ndef async_timeout(): return ContextVar('x')\n")
    uses.absorb(more)
    facts = uses.facts()
    assert (facts.is_overridden, facts.context_variables, facts.enabled_in) == (True, "b.py", frozenset({"a.py"}))
    assert facts.after(AltFacts()).loaded == ()
    assert facts.after(AltFacts()).enabled_in == facts.enabled_in


def test_words_of_addopts_enable_the_plugin_in_both_spellings() -> None:
    assert enables(["-q", "-p", "alt_pytest_asyncio.enable"])
    assert enables(["-palt_pytest_asyncio.enable"])
    assert not enables(["-p", "alt_pytest_asyncio", "-p", "no:alt_pytest_asyncio.enable"])
