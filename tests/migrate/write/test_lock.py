from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from asyncshim.errors import UsageError
from asyncshim.migrate.write.lock import exclusive
from house.processes import environment

HOLDER = """\
import sys, time
from pathlib import Path
from asyncshim.migrate.write.lock import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(120)
"""


def test_a_second_writer_is_refused_until_the_first_is_gone_even_if_killed(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], env=environment(), stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(UsageError, match="another run of asyncshim is writing to this project"), exclusive(tmp_path):
        pytest.fail("both hold the lock")
    holder.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
    holder.communicate()
    with exclusive(tmp_path):
        pass


def test_the_lock_is_released_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(LookupError), exclusive(tmp_path):
        raise LookupError
    with exclusive(tmp_path):
        pass
