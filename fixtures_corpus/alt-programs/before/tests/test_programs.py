import asyncio
import os
import sys


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


async def test_managed_loop(async_timeout):
    async_timeout.set_timeout_seconds(120)
    code, output = await run("run_inner.py", "-p", "alt_pytest_asyncio.enable", "inner/check_loop.py")
    assert "2 passed" in output
    assert "closed: False" in output
    assert code == 0


async def test_main(async_timeout):
    async_timeout.set_timeout_seconds(120)
    code, output = await run("run_main.py")
    assert (code, output.split()) == (0, ["ended", "closed:", "True"])


async def test_main_fails(async_timeout):
    async_timeout.set_timeout_seconds(120)
    code, output = await run("run_main.py", "fail")
    assert code == 1
    assert "closed: True" in output
    assert "ValueError: wrong" in output
