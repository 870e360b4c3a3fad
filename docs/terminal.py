"""Makes the terminal pictures of the README from the output of the real demo.

python docs/terminal.py           write docs/images/demo-light.svg and docs/images/demo-dark.svg
python docs/terminal.py --check   write nothing; exit 1 if the demo now prints something else than the pictures show
"""

from __future__ import annotations

import argparse
import html
import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

IMAGES = Path(__file__).parent / "images"
COLUMNS = 80
LIGHT = TerminalTheme(
    (255, 255, 255),
    (36, 41, 47),
    [
        (36, 41, 47),
        (179, 29, 40),
        (17, 99, 41),
        (120, 85, 0),
        (9, 105, 218),
        (130, 80, 223),
        (27, 124, 131),
        (87, 96, 106),
    ],
)
DARK = TerminalTheme(
    (13, 17, 23),
    (201, 209, 217),
    [
        (201, 209, 217),
        (255, 123, 114),
        (86, 211, 100),
        (227, 179, 65),
        (88, 166, 255),
        (188, 140, 255),
        (86, 212, 221),
        (139, 148, 158),
    ],
)
# The fonts of the system only: a picture loads nothing from the network.
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="Output of asyncshim demo">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def demo() -> str:
    """The output of the demo with colours, and times that do not change from run to run."""
    environment = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "PYTEST_ADDOPTS"}}
    environment |= {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "TERM": "xterm-256color", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "asyncshim", "demo"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=True)
    output = re.sub(r"\S*(asyncshim-demo)-\w+", r"/tmp/\1", done.stdout)
    return re.sub(r"\bin \d+(\.\d+)? ?s\b", lambda found: "in 0.5s" if "." in found.group() else "in 10 s", output)


def excerpt(output: str) -> str:
    """Without the long diff in the middle: its first lines, and a line that says that some are left out."""
    lines = output.splitlines()
    plain = [Text.from_ansi(line).plain for line in lines]
    start = next(number for number, line in enumerate(plain) if line.startswith(" 3 "))
    diff = next(number for number, line in enumerate(plain) if line.lstrip().startswith("diff --git"))
    return "\n".join([*lines[: diff + 16], "  …", "", *lines[start:]])


def picture(output: str, theme: TerminalTheme, name: str) -> str:
    """The output as SVG."""
    text = Text.from_ansi(output)
    width = max(len(line) for line in text.plain.splitlines())
    console = Console(record=True, width=width, file=io.StringIO(), force_terminal=True)
    console.print(text)
    return console.export_svg(title="asyncshim demo", theme=theme, code_format=SVG, unique_id=name)


def shown(svg: str) -> list[str]:
    """The words of a picture, in their order."""
    return html.unescape(re.sub(r"<[^>]+>", " ", svg.partition("</style>")[2])).split()


def main() -> int:
    """Write the pictures, or compare them with the demo."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args()
    output = excerpt(demo())
    stale = []
    for name, theme in {"light": LIGHT, "dark": DARK}.items():
        file = IMAGES / f"demo-{name}.svg"
        svg = "\n".join(line.rstrip() for line in picture(output, theme, f"demo-{name}").splitlines()) + "\n"
        if not options.check:
            file.parent.mkdir(exist_ok=True)
            file.write_text(svg, encoding="utf-8", newline="\n")
        elif shown(file.read_text(encoding="utf-8")) != shown(svg):
            stale.append(f"docs/images/{file.name}: is not what the demo prints now: run docs/terminal.py")
    print("\n".join(stale) or "the pictures are current")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
