from __future__ import annotations

from asyncshim.cli import exit_codes
from asyncshim.cli.parser import build_parser


def test_every_exit_code_is_listed_in_the_help() -> None:
    assert exit_codes.READER_GONE == 128 + 13
    codes = [exit_codes.DONE, exit_codes.REMAINING, exit_codes.FAILED, exit_codes.INTERRUPTED]
    assert codes == [0, 1, 2, 130]
    epilog = build_parser().epilog or ""
    assert all(f"\n  {code}  " in epilog for code in codes)
