from __future__ import annotations

import gc
from dataclasses import replace
from textwrap import dedent

import libcst as cst
import pytest

from asyncshim_codemods import api
from asyncshim_codemods.edits.model import AddImport, Edit, Proposal, Remove, Replace
from asyncshim_codemods.project.facts import ProjectFacts
from asyncshim_codemods.results import FileResult, Options, Safety
from asyncshim_codemods.rule import Rule
from asyncshim_codemods.run import rewrite
from asyncshim_codemods.source.document import Document
from asyncshim_codemods.suite.file_context import FileContext
from rule_tools import assert_rewritten
from rule_tools import rewrite as rewrite_with_all


class Renamer(Rule):
    """Renames every ``old``; what it promises and asks for can be chosen."""

    code = "ASH901"
    name = "renamer"
    summary = "a test"
    since = "0.1"
    words = ("old", "name")
    examples = ()

    def __init__(self, new: str = "new", safety: Safety = Safety.SAFE, extra: tuple[Edit, ...] = ()) -> None:
        self.new = new
        self.promise = safety
        self.extra = extra

    def check(self, file: FileContext, /) -> list[Proposal]:
        """Look at the names."""
        return [
            Proposal(
                name,
                f"old becomes {self.new}",
                self.promise,
                (Replace(name, cst.parse_expression(self.new)), *self.extra),
            )
            for name in file.index.names.get("old", ())
        ]


class Other(Renamer):
    code = "ASH902"


class Crasher(Renamer):
    code = "ASH903"

    def check(self, file: FileContext, /) -> list[Proposal]:
        raise KeyError("nothing here")


class Breaker(Renamer):
    code = "ASH904"

    def check(self, file: FileContext, /) -> list[Proposal]:
        return [
            Proposal(each, "breaks", Safety.SAFE, (Replace(each.name, cst.Name("class")),))
            for each in file.index.functions
        ]


def run(text: str, *rules: Rule, unsafe: bool = False, todo: bool = False) -> FileResult:
    options = Options(frozenset(rule.code for rule in rules), unsafe=unsafe, todo=todo)
    return rewrite("tests/x.py", text.encode(), ProjectFacts(), options, rules)


def test_a_safe_proposal_is_applied() -> None:
    result = run("x = old\n", Renamer())
    assert result.new == b"x = new\n"
    (found,) = result.findings
    assert (found.line, found.column, found.code, found.safety, found.fixed) == (1, 5, "ASH901", Safety.SAFE, True)


@pytest.mark.parametrize(
    ("safety", "unsafe", "changed"),
    [
        (Safety.SAFE, False, True),
        (Safety.UNSAFE, False, False),
        (Safety.UNSAFE, True, True),
        (Safety.MANUAL, True, False),
    ],
)
def test_safety_decides_whether_a_proposal_is_applied_or_reported(
    safety: Safety, *, unsafe: bool, changed: bool
) -> None:
    result = run("x = old\n", Renamer(safety=safety), unsafe=unsafe)
    assert result.changed is changed
    assert [found.fixed for found in result.findings] == [changed]


def test_a_rule_that_is_not_selected_reports_nothing() -> None:
    options = Options(frozenset({"ASH999"}))
    result = rewrite("tests/x.py", b"x = old\n", ProjectFacts(), options, [Renamer()])
    assert result == FileResult("tests/x.py", b"x = old\n", b"x = old\n")


def test_the_error_of_a_crashing_rule_names_it_and_the_file_is_unchanged() -> None:
    result = run("x = old\n", Renamer(), Crasher())
    assert not result.changed
    assert result.findings == ()
    assert result.error == "ASH903 crashed: KeyError: 'nothing here'; please report; the file stays unchanged"
    assert result.details.startswith("Traceback (most recent call last):\n")
    assert "\nKeyError: 'nothing here'\n" in result.details


def test_a_result_that_does_not_parse_is_an_error() -> None:
    result = run("def f():\n    return old\n", Breaker())
    assert not result.changed
    assert result.error == (
        "the rewritten file would not parse (rules at work: ASH904); please report; the file stays unchanged"
    )


def test_of_two_rules_that_change_one_place_the_first_is_applied() -> None:
    result = run("x = old\n", Renamer("first"), Other("second"))
    assert result.new == b"x = first\n"
    assert [(found.code, found.fixed) for found in result.findings] == [("ASH901", True), ("ASH902", False)]
    assert result.findings[1].message == "old becomes second (not applied: another rule changes the same place)"


def test_the_second_rule_is_applied_to_the_result_of_the_first() -> None:
    class Once(Other):
        def check(self, file: FileContext, /) -> list[Proposal]:
            return super().check(file) if not file.index.calls else []

    result = run("x = old\n", Once("f(1)"), Renamer("old.new"))
    assert result.new == b"x = f(1)\n"
    result = run("x = old\n", Renamer("z.old"), Once("f(old)"))
    assert b"z." in result.new


def test_two_rules_that_never_agree_leave_the_file_as_it_was_and_are_reported() -> None:
    result = run("x = old\n", Renamer("f(old)"), Other("g(old)"))
    assert result.new == result.old == b"x = old\n"
    assert result.findings == ()
    assert result.error == "10 passes of the rules did not come to an end; please report; the file stays unchanged"


class Late(Other):
    """Renames ``old`` only in a call of ``f``, which another rule adds."""

    def check(self, file: FileContext, /) -> list[Proposal]:
        is_called = bool(file.index.calls)
        return [
            replace(each, safety=Safety.SAFE if is_called else Safety.MANUAL, message=f"called: {is_called}")
            for each in super().check(file)
        ]


class Caller(Renamer):
    """Renames ``name`` to ``f(1)``."""

    def check(self, file: FileContext, /) -> list[Proposal]:
        return [
            Proposal(each, "calls", Safety.SAFE, (Replace(each, cst.parse_expression("f(1)\n")),))
            for each in file.index.names.get("name", ())
        ]


def test_a_rule_that_decides_again_after_the_edits_of_another_has_its_result_in_the_same_run() -> None:
    result = run("x = name\n\n\ny = old\n", Caller(), Late())
    assert result.new == b"x = f(1)\n\n\ny = new\n"
    assert [(each.line, each.column, each.message, each.fixed) for each in result.findings] == [
        (1, 5, "calls", True),
        (4, 5, "called: True", True),
    ]


def test_the_findings_of_a_later_pass_have_their_positions_in_the_file_as_it_was_read() -> None:
    class Taller(Caller):
        def check(self, file: FileContext, /) -> list[Proposal]:
            value = cst.parse_expression("f(\n    1,\n)")
            return [replace(each, edits=(Replace(each.at, value),)) for each in super().check(file)]

    result = run("x = name\n\n\ny = old\nz = old\n", Taller(), Late())
    assert result.new == b"x = f(\n    1,\n)\n\n\ny = new\nz = new\n"
    assert [(each.line, each.column) for each in result.findings] == [(1, 5), (4, 5), (5, 5)]


def test_a_to_do_comment_is_not_added_for_what_a_later_pass_removes() -> None:
    result = run("x = name\ny = old\n", Caller(), Late(), todo=True)
    assert result.new == b"x = f(1)\ny = new\n"


def test_a_file_in_which_one_pass_leaves_nothing_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[bytes] = []

    class Counting(Document):
        def __init__(self, data: bytes) -> None:
            parsed.append(data)
            super().__init__(data)

    monkeypatch.setattr("asyncshim_codemods.run.Document", Counting)
    assert run("x = old\n", Renamer()).changed
    assert not run("x = old\n", Renamer(safety=Safety.MANUAL), todo=False).changed
    assert len(parsed) == 2


def test_a_rule_about_the_original_file_is_not_asked_about_the_result_of_other_rules() -> None:
    class Original(Other):
        is_about_original = True

    class Older(Caller):
        def check(self, file: FileContext, /) -> list[Proposal]:
            return [replace(each, edits=(Replace(each.at, cst.Name("old")),)) for each in super().check(file)]

    result = run("x = name\ny = old\n", Older(), Original(safety=Safety.MANUAL), todo=True)
    assert result.new == b"x = old\n# TODO(asyncshim): ASH902 old becomes new\ny = old\n"
    assert [(each.line, each.code, each.fixed) for each in result.findings] == [
        (1, "ASH901", True),
        (2, "ASH902", False),
    ]


def test_a_later_pass_that_fails_leaves_the_file_as_it_was() -> None:
    class LateCrash(Crasher):
        def check(self, file: FileContext, /) -> list[Proposal]:
            return super().check(file) if file.index.calls else []

    result = run("x = name\ny = old\n", Caller(), Renamer(safety=Safety.MANUAL), LateCrash())
    assert result.new == result.old
    assert result.error is not None
    assert result.error.startswith("ASH903 crashed")
    assert result.details


def test_an_import_for_several_edits_is_added_once() -> None:
    result = run("x = old, old\n", Renamer("asyncio.x", extra=(AddImport("asyncio"),)))
    assert result.new == b"import asyncio\n\nx = asyncio.x, asyncio.x\n"


def test_positions_are_those_of_the_file_as_it_was_read() -> None:
    result = run("\ufeff# é\r\n\tif_ = 1\n".replace("\t", "") + "def f():\n\t\told\n", Renamer())
    assert [(found.line, found.column) for found in result.findings] == [(4, 3)]


def test_a_file_without_a_use_is_unchanged() -> None:
    result = run("x = 1\n", Renamer())
    assert result.new is result.old


def test_edits_inside_a_removed_node_are_dropped() -> None:
    class Remover(Renamer):
        code = "ASH900"

        def check(self, file: FileContext, /) -> list[Proposal]:
            return [Proposal(each.name, "gone", Safety.SAFE, (Remove(each),)) for each in file.index.functions]

    result = run("def f():\n    old\n\n\nx = 1\n", Remover(), Renamer("asyncio", extra=(AddImport("asyncio"),)))
    assert result.new == b"x = 1\n"
    assert all(found.fixed for found in result.findings)


def test_rules_compose_in_one_function() -> None:
    result = assert_rewritten(
        """
        # Suite.
        import pytest
        import pytest_asyncio
        from pytest_asyncio import is_async_test


        @pytest_asyncio.fixture(loop_scope="module", scope="module")  # wide
        @pytest.mark.asyncio
        async def pool(event_loop, request):
            '''One for all.'''
            event_loop.slow_callback_duration = 1
            yield is_async_test


        class TestPool:
            pytestmark = [pytest.mark.asyncio, pytest.mark.slow]  # both

            @pytest.mark.asyncio  # alone
            async def test_pool(self, pool, event_loop): ...
        """,
        """
        # Suite.
        import asyncio

        import pytest
        from pytest_asyncio import is_async_test


        @pytest.fixture(scope="module")  # wide
        async def pool(request):
            '''One for all.'''
            event_loop = asyncio.get_running_loop()
            event_loop.slow_callback_duration = 1
            yield is_async_test


        class TestPool:
            pytestmark = [pytest.mark.slow]  # both

            # alone
            async def test_pool(self, pool): ...
        """,
    )
    assert [found.code for found in result.findings if found.fixed] == [
        "ASH205", "ASH201", "ASH105", "ASH302", "ASH102", "ASH101", "ASH301",
    ]  # fmt: skip


def test_syntax_of_newer_pythons_is_kept() -> None:
    text = (
        "import pytest\n\ntype A[T = int] = list[T]\n\n\n@pytest.mark.slow\n@pytest.mark.asyncio\n"
        "async def test_a[T: int, *U, **P](a: T) -> T:\n    match a:\n        case {'x': [1, *_], **rest}: pass\n"
        "    async with b as c, d: ...\n    async for e in f: ...\n    return f'{a!r:>{b}}' + f'{c}'\n"
        "    try: ...\n    except* (A, B): ...\n"
    )
    result = rewrite_with_all(text)
    assert result.error is None
    assert result.new.decode() == text.replace("@pytest.mark.asyncio\n", "")


def test_template_strings_are_kept_where_libcst_knows_them() -> None:
    text = "import pytest\n\n\n@pytest.mark.slow\n@pytest.mark.asyncio\nasync def test_a():\n    return t'{c!r:>{b}}'\n"
    result = rewrite_with_all(text)
    if hasattr(cst, "TemplatedString"):  # since 1.8.3
        assert result.error is None
        assert result.new.decode() == text.replace("@pytest.mark.asyncio\n", "")
    else:
        assert result.error is not None
        assert not result.changed


@pytest.mark.parametrize("is_enabled", [True, False])
def test_the_state_of_the_garbage_collector_is_restored(is_enabled: bool) -> None:
    was_enabled = gc.isenabled()
    (gc.enable if is_enabled else gc.disable)()
    try:
        rewrite_with_all("import pytest\n\n@pytest.mark.asyncio\nasync def test_a(): ...\n")
        assert gc.isenabled() is is_enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()


def test_a_run_leaves_no_reference_cycles() -> None:
    text = "import pytest\n\n@pytest.mark.asyncio\nasync def test_a(): ...\n"
    rewrite_with_all(text)
    gc.collect()
    gc.disable()
    try:
        rewrite_with_all(text)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_a_use_in_code_that_another_rule_removes_is_not_reported() -> None:
    text = """
    import pytest
    import pytest_asyncio


    def pytest_collection_modifyitems(items):
        mode = pytest_asyncio.plugin.Mode
        for item in items:
            item.add_marker(pytest.mark.asyncio)
    """
    data = dedent(text).encode()
    facts = api.collect_facts([("conftest.py", data)])
    for unsafe, codes in ((False, {"ASH107"}), (True, {"ASH107", "ASH205"})):
        result = api.rewrite_python(
            "conftest.py", data, facts, Options(frozenset(api.rules()), unsafe=unsafe, todo=True)
        )
        assert {each.code for each in result.findings} == codes
