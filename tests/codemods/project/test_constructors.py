from __future__ import annotations

from textwrap import dedent

import pytest

from asyncshim_codemods.project.constructors import LOUD, plain_constructors


@pytest.mark.parametrize(
    ("body", "needs"),
    [
        ("self.loop = loop", ""),
        ("self.loop = loop or asyncio.get_event_loop()", ""),
        ("self.loop = asyncio.get_event_loop() if loop is None else loop", ""),
        ("if not loop:\n    loop = asyncio.get_running_loop()\nself.loop = loop", ""),
        ("self.inner, self.items = Inner(loop=loop), list(range(3))", "Inner"),
        ("self.log, self.inner = logging.getLogger('x'), Inner()", "Inner()"),
        ("self.later = lambda: loop.run_until_complete(self.go())", ""),
        ("self.loop = asyncio.get_event_loop()", LOUD),
        ("if loop.is_running():\n    self.loop = loop", LOUD),
        ("self.task = loop.create_task(self.go())", LOUD),
        ("self.configure(loop)", LOUD),
        ("with lock:\n    self.loop = loop", LOUD),
    ],
)
def test_a_constructor_is_plain_if_it_calls_nothing_that_may_look_at_the_loop(body: str, needs: str) -> None:
    lines = "".join(f"        {line}\n" for line in body.splitlines())
    code = f"class Client:\n    def __init__(self, loop=None):\n{lines}"
    assert dict(plain_constructors(code.encode()))["Client"] == needs


@pytest.mark.parametrize(
    ("code", "needs"),
    [
        ("class A(Base):\n    def __init__(self, loop):\n        super().__init__()\n", "Base,Base()"),
        ("class A(Base, ABC):\n    def __init__(self, loop):\n        super().__init__(loop)\n", "Base"),
        ("@dataclass\nclass A:\n    loop: object\n    x: list = field(default_factory=list)\n", ""),
        ("@dataclass\nclass A:\n    loop: object\n    x: int = field(default_factory=make)\n", LOUD),
        ("@dataclass\nclass A:\n    loop: object\n\n    def __post_init__(self):\n        self.go()\n", LOUD),
        ("@register\nclass A:\n    loop = None\n", LOUD),
        ("class A(metaclass=Meta):\n    loop = None\n", LOUD),
        ("class A:\n    loop = None\n\n    def __setattr__(self, name, value):\n        go()\n", LOUD),
    ],
)
def test_bases_decorators_and_fields_of_a_class_count(code: str, needs: str) -> None:
    assert dict(plain_constructors(dedent(code).encode()))["A"] == needs


def test_without_a_loop_the_constructor_runs_the_other_branch() -> None:
    code = b"class A:\n    def __init__(self, loop=None):\n        self.loop = loop or get_event_loop()\n"
    assert dict(plain_constructors(code)) == {"A": "", "A()": LOUD}


def test_files_without_a_parameter_or_attribute_for_the_loop_are_not_parsed() -> None:
    assert list(plain_constructors(b"class A:\n    pass  # no loop\n")) == []
    assert list(plain_constructors(b"class A:\n    def f(self, loop):\n")) == []
