from __future__ import annotations

import libcst as cst
import pytest

from asyncshim_codemods.syntax.side_effects import has_no_effect


@pytest.mark.parametrize(
    "code",
    [
        "x",
        "True",
        "not x",
        "TYPE_CHECKING",
        "typing.TYPE_CHECKING",
        "sys.platform == 'win32'",
        "sys.version_info >= (3, 12) and os.name != 'nt'",
        "sys.version_info[:2] < (3, 8)",
        "sys.version_info[0] in [2, 3]",
        "sys.platform.startswith('win')",
        "sys.platform.lower().startswith(('win', 'cygwin'))",
        "platform.system() == 'Windows'",
        "os.environ.get('CI', '') not in {'', '0'}",
        "os.environ['CI'] == 'a' 'b'",
        "hasattr(asyncio, 'WindowsSelectorEventLoopPolicy')",
        "bool(int(os.getenv('UVLOOP', default='0')))",
        "-x + ~y * 2.0 > 0",
        "(x)",
        'Version(pytest_asyncio.__version__) >= Version("0.23")',
        'tuple(map(int, version("pytest-asyncio").split(".")[:2])) >= (0, 23)',
        'packaging.version.parse(importlib.metadata.version("x")).major > 0',
    ],
)
def test_reading_the_system_or_a_value_has_no_side_effect(code: str) -> None:
    assert has_no_effect(cst.parse_expression(code))


@pytest.mark.parametrize(
    "code",
    [
        "f()",
        "install()",
        "uvloop.install() or True",
        "x and f(y)",
        "len(f())",
        "len(*x)",
        "len(**x)",
        "queue.get(0)",
        "f().startswith('x')",
        "(x := 1)",
        "[f() for _ in x]",
        "[*f()]",
        "f'{x()}'",
        "await x",
        "(yield)",
        "lambda: x",
        "x[f()]",
        "x[f():]",
        "{'a': f()}",
        "x if f() else y",
        "f()()",
        "f().g",
    ],
)
def test_unknown_calls_count_as_side_effects(code: str) -> None:
    assert not has_no_effect(cst.parse_expression(code))
