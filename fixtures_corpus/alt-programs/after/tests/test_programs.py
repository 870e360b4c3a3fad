import asyncio
import os
import sys

import pytest


async def run(*arguments):
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "HOUSE"))}
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await program.communicate()
    return program.returncode, output.decode()


@pytest.mark.asyncshim_timeout(120)
async def test_managed_loop():
    code, output = await run("run_inner.py", "-p", "alt_pytest_asyncio.enable", "inner/check_loop.py")
    assert "2 passed" in output
    assert "closed: False" in output
    assert code == 0


@pytest.mark.asyncshim_timeout(120)
async def test_main():
    code, output = await run("run_main.py")
    assert (code, output.split()) == (0, ["ended", "closed:", "True"])


@pytest.mark.asyncshim_timeout(120)
async def test_main_fails():
    code, output = await run("run_main.py", "fail")
    assert code == 1
    assert "closed: True" in output
    assert "ValueError: wrong" in output
