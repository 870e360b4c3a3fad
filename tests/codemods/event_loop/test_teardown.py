from __future__ import annotations

import pytest

from asyncshim_codemods.results import Safety
from loop_suites import cleaning_override, without_override
from rule_tools import assert_unchanged, rewrite


@pytest.mark.parametrize(
    "clean_up",
    [
        "for task in asyncio.all_tasks(loop):\n    task.cancel()\nloop.close()",
        """
        pending = asyncio.all_tasks(loop)
        for task in pending:
            task.cancel()
        if pending:
            loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        loop.close()
        """,
        "tasks = [t for t in asyncio.all_tasks(loop) if not t.done()]\n[t.cancel() for t in tasks]\nloop.close()",
        "loop.run_until_complete(loop.shutdown_asyncgens())\nloop.close()",
        "loop.run_until_complete(loop.shutdown_default_executor())\nloop.close()",
        """
        try:
            loop.run_until_complete(asyncio.wait(asyncio.all_tasks(loop), timeout=1))
        except (Exception, RuntimeError):
            pass
        finally:
            loop.close()
        """,
        """
        for task in asyncio.all_tasks(loop):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                loop.run_until_complete(task)
        loop.close()
        """,
        "loop.run_until_complete(asyncio.sleep(0.1))\nloop.close()",
        "loop.close()\ngc.collect()",
        "loop.call_soon(loop.stop)\nloop.run_forever()\nloop.close()",
        "asyncio.runners._cancel_all_tasks(loop)\nloop.close()",
    ],
)
def test_clean_up_that_a_runner_does_is_removed_with_the_override(clean_up: str) -> None:
    text = cleaning_override(clean_up)
    result = assert_unchanged(text, "ASH306")
    assert result.findings[0].safety is Safety.UNSAFE
    assert rewrite(text, unsafe=True).new.decode() == without_override(text)


@pytest.mark.parametrize(
    "clean_up",
    [
        "loop.run_until_complete(pool.close())\nloop.close()",
        "for task in asyncio.all_tasks(loop):\n    print(task)\nloop.close()",
        "for task in asyncio.all_tasks(loop):\n    task.cancel(reason)\nloop.close()",
        "assert not asyncio.all_tasks(loop)\nloop.close()",
        "if asyncio.all_tasks(loop):\n    raise RuntimeError\nloop.close()",
        "if asyncio.all_tasks(loop):\n    pytest.fail('leaks')\nloop.close()",
        "async def drain():\n    await asyncio.sleep(0)\nloop.run_until_complete(drain())\nloop.close()",
        "while asyncio.all_tasks(loop):\n    loop.run_until_complete(asyncio.sleep(0))\nloop.close()",
        "loop.run_until_complete(asyncio.start_server(print))\nloop.close()",
        "state.loop = None\nloop.close()",
        "loop.close()\nos.remove('x')",
        "loop.run_until_complete(asyncio.gather(*tasks))\nloop.close()",
        "del pool.loop\nloop.close()",
        "seen.add(loop)\nloop.close()",
        "loop.set_debug(False)\nloop.close()",
        "return loop",
        "import os.path\nos.remove('x')\nloop.close()",
    ],
)
def test_other_clean_up_needs_manual_review(clean_up: str) -> None:
    text = cleaning_override(clean_up).replace(
        "import gc\n", "import gc\nimport os\nfrom app import pool, reason, seen, state, tasks\n"
    )
    assert_unchanged(text, "ASH331", unsafe=True)
