"""Makes the reference pages of the plugin and of the command line out of the code that defines them."""

from __future__ import annotations

import argparse
import ast
import inspect
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import asyncshim
from asyncshim import plugin
from asyncshim.cli import exit_codes, parser
from asyncshim.migrate.read import settings
from asyncshim.plugin import report
from asyncshim.plugin.compat import pytest_compat, warning_types
from asyncshim.plugin.suite import options

PACKAGE = Path(inspect.getfile(asyncshim)).parent
NOTICE = "<!-- Made by docs/build.py from {}: edit that one. -->\n"
# What a page says of an option where the help text is too short for one.
OPTIONS = {
    "asyncio_mode": "`auto`, `strict`, or `legacy` (the same as `auto`). The default is `auto`, except for tests and "
    "fixtures of another async plugin",
    "asyncio_debug": "a boolean: run the loop in debug mode",
    "asyncio_default_fixture_loop_scope": "`function`, `class`, `module`, `package` or `session`: the loop scope of "
    "async fixtures that name none; the default, also named `fixture-scope`, is the scope of the fixture",
    "asyncio_default_test_loop_scope": "`function` (the default), `class`, `module`, `package` or `session`: the loop "
    "scope of tests that name none",
    "asyncshim_runner": "one Runner for the session, or one for each loop scope",
    "asyncshim_leaks": "what to do with what a loop scope leaves on its loop",
    "asyncshim_cancel_timeout": "seconds that the end of a loop scope may take, by default 5; after that, what has not "
    "ended is reported and abandoned",
    "asyncshim_timeout": "time limit in seconds for one async test or fixture; 0, the default, means no limit",
    "asyncshim_legacy": "what to do if a test uses a deprecated feature of pytest-asyncio",
    "asyncshim_loop_factory": "`module:callable` that returns a new loop, for example `uvloop:new_event_loop`",
    "asyncshim_unawaited": "what to do with async methods of a plain `unittest.TestCase`, which calls them without "
    "awaiting: `error` fails them; with `warn` they pass or fail as without asyncshim, and the terminal summary names "
    "them",
    "asyncshim_fixture_marks": 'marks on fixtures other than `asyncio` and `usefixtures("event_loop")`: `refuse` '
    "leaves them to pytest (pytest 9 refuses them, pytest 8 warns); `ignore` ignores all of them",
    "asyncshim_dump_on_interrupt": "a boolean: at Ctrl-C, print where the running test waits and what each task waits "
    "for",
    "asyncshim_files_first": "a boolean: collect the files of a folder before the folders in it, as pytest did before "
    "8.0",
}
# Public by name, but used by asyncshim itself only.
_INTERNAL_FIXTURES = frozenset({"asyncio_loop_factory"})


class Recorder:
    """Stands for pytest's parser, and notes the options that are declared on it."""

    def __init__(self) -> None:
        self.flags: dict[str, dict[str, Any]] = {}
        self.settings: dict[str, tuple[str, dict[str, Any]]] = {}

    def getgroup(self, *_: str) -> Recorder:
        """Return the group: groups do not matter here."""
        return self

    def addoption(self, flag: str, **attributes: Any) -> None:
        """Note an option of the command line."""
        self.flags[flag] = attributes

    def addini(self, name: str, text: str, **attributes: Any) -> None:
        """Note an option of the configuration."""
        self.settings[name] = (text, attributes)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; line breaks and bars in cells are made harmless."""
    lines = [head, ["---"] * len(head), *rows]
    cells = [[" ".join(cell.split()).replace("|", r"\|") for cell in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n".replace("| --- ", "|---").replace("--- |", "---|") for line in cells)


def code(words: Iterable[str]) -> str:
    """Words as code, with commas."""
    return ", ".join(f"`{word}`" for word in words)


def first_paragraph(documented: object) -> str:
    """The first paragraph of a docstring as Markdown."""
    return (inspect.getdoc(documented) or "").split("\n\n")[0].replace("``", "`")


def page(title: str, source: str, *parts: str) -> str:
    """One page with its notice."""
    return "\n".join([f"# {title}\n", NOTICE.format(source), *parts])


def option_rows(recorder: Recorder, prefix: str) -> Iterator[tuple[str, str]]:
    """Each option of the configuration with its flag, and what it means."""
    for name, (text, _) in recorder.settings.items():
        if name.startswith(prefix):
            flag = f"--{name.replace('_', '-')}"
            choices = recorder.flags.get(flag, {}).get("choices") or ()
            values = code(choices) + (" (the first is the default): " if choices else "")
            yield code([name, flag] if flag in recorder.flags else [name]), values + OPTIONS.get(name, text)


def options_page() -> str:
    """The options that the plugin declares."""
    recorder = Recorder()
    options.add_options(cast("Any", recorder))
    if unknown := OPTIONS.keys() - recorder.settings.keys():
        raise SystemExit(f"docs/reference_pages.py describes options that do not exist: {', '.join(sorted(unknown))}")
    head = ("option", "meaning")
    return page(
        "Options of the plugin",
        "src/asyncshim/plugin/suite/options.py",
        "pytest reads these options from its configuration (`pytest.ini`, `pyproject.toml`, `tox.ini`, `setup.cfg`, "
        "`pytest.toml`).\nThose with a flag can also be given on pytest's command line, which overrides the "
        "configuration. An invalid value is a usage error.\n",
        "## Options of pytest-asyncio\n",
        table(head, option_rows(recorder, "asyncio_")),
        "A scope that is not set causes no warning.\n",
        "## Options of asyncshim\n",
        table(head, option_rows(recorder, "asyncshim_")),
        "The environment variable `ASYNCSHIM_RUNNER` overrides `asyncshim_runner` in the configuration.\n",
    )


def markers_page() -> str:
    """The markers that the plugin declares."""
    rows = [(f"`@pytest.mark.{name}`", text) for name, _, text in (line.partition(": ") for line in report.MARKERS)]
    return page("Markers", "src/asyncshim/plugin/report.py", table(("marker", "meaning"), rows))


def fixtures_page() -> str:
    """The public fixtures of the plugin."""
    rows: list[tuple[str, str]] = []
    for name in plugin.__all__:
        function = pytest_compat.function_of_fixture(getattr(plugin, name))
        if function.__name__ == name and name not in _INTERNAL_FIXTURES:
            rows.append((f"`{name}`", first_paragraph(function).removeprefix("Return ")))
    return page(
        "Fixtures",
        "src/asyncshim/plugin/__init__.py",
        table(("fixture", "value"), rows),
        "[The `event_loop` fixture](../explanation/event-loop-overrides.md) says what an override of it does. The "
        "fixtures that plugins\nexpect inside pytest-asyncio are listed in [use with other plugins]"
        "(../how-to/other-plugins.md#looptime-and-others-that-look-inside-pytest-asyncio).\n",
    )


def warnings_page() -> str:
    """The warnings that the plugin emits."""
    found = [each for each in vars(warning_types).values() if inspect.isclass(each)]
    rows = [
        (f"`asyncshim.{each.__name__}`", code(base.__name__ for base in each.__bases__), first_paragraph(each))
        for each in found
    ]
    missing = [each.__name__ for each in found if not hasattr(asyncshim, each.__name__)]
    if missing:
        raise SystemExit(f"asyncshim does not export {', '.join(missing)}")
    return page(
        "Warnings",
        "src/asyncshim/plugin/compat/warning_types.py",
        table(("category", "is a", "when"), rows),
        "A filter names the class, as for any warning of pytest:\n",
        "```ini\n[pytest]\nfilterwarnings =\n    error::asyncshim.LeakedTaskWarning\n```\n",
    )


def exit_codes_page() -> str:
    """The exit codes of the command line, from the constants and the strings below them."""
    body = ast.parse(inspect.getsource(exit_codes)).body
    rows: list[tuple[str, str]] = []
    for constant, text in itertools.pairwise(body):
        if isinstance(constant, ast.Assign) and isinstance(text, ast.Expr):
            rows.append((str(ast.literal_eval(constant.value)), str(ast.literal_eval(text.value))))
    return page(
        "Exit codes",
        "src/asyncshim/cli/exit_codes.py",
        "All commands of `python -m asyncshim` use these exit codes.\n",
        table(("code", "meaning"), rows),
    )


def arguments(command: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    """Each argument of a command, and what it means."""
    for action in command._actions:
        if action.help == argparse.SUPPRESS or isinstance(action, argparse._SubParsersAction):
            continue
        shown = action.metavar or ("" if action.nargs == 0 else action.dest.upper())
        value = shown if isinstance(shown, str) else " ".join(shown or ())
        if action.choices and not action.metavar:
            value = "{" + ",".join(map(str, action.choices)) + "}"
        names = [f"{name} {value}".strip() if action.nargs != 0 else name for name in action.option_strings]
        yield code(names or [value]), (action.help or "") % {**vars(action), "prog": command.prog}


def prose(text: str) -> str:
    """A description as Markdown: an indented paragraph is a code block."""
    paragraphs = text.strip("\n").split("\n\n")
    return "\n\n".join(f"```text\n{each}\n```" if each.startswith(" ") else each for each in paragraphs) + "\n"


def command_line_page() -> str:
    """Every command with its arguments."""
    whole = parser.build_parser()
    (actions,) = (each for each in whole._actions if isinstance(each, argparse._SubParsersAction))
    commands = {
        name: (command.description or "", list(arguments(command)))
        for name, command in cast("dict[str, argparse.ArgumentParser]", actions.choices).items()
    }
    first = next(iter(commands.values()))[1]
    common = [row for row in first if all(row in rows for _, rows in commands.values())]
    head = ("argument", "meaning")
    parts = [
        "`python -m asyncshim COMMAND --help` shows the same. [Commands](commands.md) explains them.\n",
        "Every command has these options:\n",
        table(head, common),
    ]
    for name, (description, rows) in commands.items():
        own = [row for row in rows if row not in common]
        parts += [f"## {name}\n", prose(description), *([table(head, own)] if own else [])]
    return page("Options of the command line", "src/asyncshim/cli", *parts)


def fields(schema: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str, str]]:
    """Each field of a JSON schema: its path, its type, and what it means."""
    for name, field in cast("Mapping[str, Mapping[str, Any]]", schema.get("properties", {})).items():
        inner = field.get("items", field)
        kind = field.get("type") or ("one of " + code(field["enum"]) if "enum" in field else "")
        kind = kind or (f"`{field['const']}`" if "const" in field else field.get("$ref", "").rpartition("/")[2])
        if isinstance(kind, list):
            kind = " or ".join(kind)
        whole = f"{path}{name}" + ("[]" if kind == "array" else "")
        yield f"`{whole}`", kind, field.get("description", "")
        yield from fields(inner, f"{whole}.")


def schema_page(title: str, file: str, *parts: str) -> str:
    """The fields of a JSON format, from its schema in the package."""
    schema = json.loads(PACKAGE.joinpath(file).read_text("utf-8"))
    shared = [
        (f"`{name}`", f"`{json.dumps({key: value for key, value in each.items() if key != 'description'})}`")
        for name, each in schema.get("$defs", {}).items()
    ]
    if shared:
        parts += ("## Types that are used in several places\n", table(("type", "schema"), shared))
    text = f"The schema (JSON Schema 2020-12) is in the package: `asyncshim/{file}`.\n"
    intro, *more = parts
    head = ("field", "type", "meaning")
    return page(title, f"src/asyncshim/{file}", intro, text, "## Fields\n", table(head, fields(schema)), *more)


def settings_page() -> str:
    """The keys of `[tool.asyncshim]`, from their schema."""
    schema = json.loads(settings.schema())
    rows: list[tuple[str, str, str]] = []
    for key, own in schema["properties"].items():
        rule = schema["definitions"].get(own.get("$ref", "").rpartition("/")[2], {}) | own
        kind = code(f'"{value}"' for value in rule["enum"]) if "enum" in rule else rule["type"]
        kind = "array of strings" if kind == "array" else kind
        is_told = "Default:" in rule["description"] or rule.get("default") in (None, [])
        default = "" if is_told else f" Default: `{json.dumps(rule['default'])}`."
        rows.append((f"`{key}`", kind, f"{rule['description']}{default}"))
    return page(
        "Settings of the command line",
        "src/asyncshim/migrate/read/partial-asyncshim.json",
        "`[tool.asyncshim]` in `pyproject.toml` sets defaults for a project; command-line options override the file. "
        "An unknown key is an error.\n`python -m asyncshim config` prints the settings in effect, and where each comes "
        "from.\n",
        table(("key", "type", "meaning"), rows),
        "For example:\n",
        '```toml\n[tool.asyncshim]\nexclude = ["tests/generated/*"]\nignore = ["ASH501"]\n```\n',
        "There is no setting for the [cache](commands.md#cache) of `check` and `status`; "
        "the command line and the environment turn it off.\n",
        "The JSON schema of this table is in the package: `asyncshim/migrate/read/partial-asyncshim.json`.\n",
    )


def pages() -> dict[str, str]:
    """Every generated page by its path below `docs/`."""
    return {
        "reference/options.md": options_page(),
        "reference/markers.md": markers_page(),
        "reference/fixtures.md": fixtures_page(),
        "reference/warnings.md": warnings_page(),
        "reference/exit-codes.md": exit_codes_page(),
        "reference/command-line.md": command_line_page(),
        "reference/settings.md": settings_page(),
        "reference/json-report.md": schema_page(
            "JSON report",
            "migrate/reports/report.schema.json",
            "`--report json` of `migrate` and `check` writes this format. [Commands](commands.md#reports) has an "
            "example.\n",
        ),
        "reference/json-doctor.md": schema_page(
            "JSON of doctor",
            "migrate/doctor/doctor.schema.json",
            "`python -m asyncshim doctor --json` writes this format.\n",
        ),
    }
