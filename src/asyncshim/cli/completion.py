"""``python -m asyncshim completion SHELL``: completion scripts, generated from the argument parser."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from asyncshim.cli import exit_codes
from asyncshim.cli.arguments import add_command

if TYPE_CHECKING:
    from asyncshim.cli.arguments import Commands
    from asyncshim.cli.screen import Screen

_DESCRIPTION = """\
Print a script that completes commands, options and their values.

  bash  python -m asyncshim completion bash \\
          > ~/.local/share/bash-completion/completions/asyncshim
  zsh   python -m asyncshim completion zsh > "${fpath[1]}/_asyncshim"
  fish  python -m asyncshim completion fish \\
          > ~/.config/fish/completions/asyncshim.fish
"""


@dataclass(frozen=True, slots=True)
class _Option:
    names: tuple[str, ...]
    summary: str
    choices: tuple[str, ...]
    takes_value: bool
    value_is_optional: bool


@dataclass(frozen=True, slots=True)
class _Command:
    name: str
    summary: str
    options: tuple[_Option, ...]
    words: tuple[str, ...]
    takes_files: bool


def register(commands: Commands) -> None:
    """Add the command."""
    parser = add_command(commands, "completion", "print a completion script for your shell", _DESCRIPTION, run)
    parser.add_argument("shell", choices=tuple(_SHELLS))


def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Print the script for one shell."""
    from asyncshim.cli.parser import build_parser

    for line in _SHELLS[arguments.shell](_commands(build_parser())):
        screen.out(line)
    return exit_codes.DONE


def _commands(parser: argparse.ArgumentParser) -> list[_Command]:
    # argparse has no public access to its options and subcommands.
    tree = cast("Commands", next(a for a in parser._actions if a.dest == "command"))  # pyright: ignore[reportPrivateUsage]
    summaries = {action.dest: action.help or "" for action in tree._choices_actions}  # pyright: ignore[reportPrivateUsage]
    return [_command(name, summaries.get(name, ""), command) for name, command in tree.choices.items()]


def _command(name: str, summary: str, parser: argparse.ArgumentParser) -> _Command:
    actions = parser._actions  # pyright: ignore[reportPrivateUsage]
    options = tuple(_option(action) for action in actions if action.option_strings)
    positional = [action for action in actions if not action.option_strings]
    words = tuple(str(word) for action in positional for word in action.choices or ())
    takes_files = any(action.choices is None and action.dest == "paths" for action in positional)
    return _Command(name, summary, options, words, takes_files)


def _option(action: argparse.Action) -> _Option:
    choices = tuple(str(choice) for choice in action.choices or ())
    if action.dest == "report":
        choices = ("text", "json", "markdown", "github", "sarif", "html")
    takes_value = action.nargs != 0
    return _Option(tuple(action.option_strings), action.help or "", choices, takes_value, action.nargs == "?")


def _bash(commands: list[_Command]) -> Iterator[str]:
    yield "_asyncshim() {"
    yield "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= word"
    yield "  local IFS=$' \\n'"
    yield '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do [[ $word != -* ]] && { command=$word; break; }; done'
    yield "  COMPREPLY=()"
    yield "  # bash splits --option=value into three words"
    yield "  [[ $current == = ]] && { current=; previous=${COMP_WORDS[COMP_CWORD-1]}; }"
    yield "  [[ $previous == = ]] && previous=${COMP_WORDS[COMP_CWORD-2]}"
    yield '  case "$command" in'
    names = " ".join(command.name for command in commands)
    yield f"    '') COMPREPLY=($(compgen -W '{names} --help --version' -- \"$current\")); return ;;"
    for command in commands:
        yield f"    {command.name})"
        yield '      case "$previous" in'
        for option in command.options:
            if option.takes_value and not option.value_is_optional:
                reply = (
                    f"COMPREPLY=($(compgen -W '{' '.join(option.choices)}' -- \"$current\"))"
                    if option.choices
                    else "IFS=$'\\n'; compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- \"$current\"))"
                )
                yield f"        {'|'.join(option.names)}) {reply}; return ;;"
        yield "      esac"
        listed = " ".join((*(name for option in command.options for name in option.names), *command.words))
        yield "      if [[ $current == -* || -z $current ]]; then"
        yield f"        COMPREPLY=($(compgen -W '{listed}' -- \"$current\"))"
        yield "      else"
        yield f"        COMPREPLY=($(compgen -W '{' '.join(command.words)}' -- \"$current\"))"
        yield "      fi"
        if command.takes_files:
            yield "      compopt -o filenames 2>/dev/null"
            yield "      IFS=$'\\n'"
            yield '      [[ $current == -* ]] || COMPREPLY+=($(compgen -f -- "$current"))'
        yield "      ;;"
    yield "  esac"
    yield "}"
    yield "complete -F _asyncshim asyncshim"


def _zsh(commands: list[_Command]) -> Iterator[str]:
    yield "#compdef asyncshim"
    yield "_asyncshim() {"
    yield "  local -a commands=("
    for command in commands:
        yield f"    {shlex.quote(f'{command.name}:{command.summary}')}"
    yield "  )"
    yield "  if (( CURRENT == 2 )); then _describe -t commands command commands; return; fi"
    yield "  local command=$words[2]"
    yield "  shift words; (( CURRENT-- ))"
    yield '  case "$command" in'
    for command in commands:
        yield f"    {command.name}) _arguments -s \\"
        for option in command.options:
            for name in option.names:
                yield f"      {shlex.quote(_zsh_option(name, option))} \\"
        if command.words:
            yield f"      {shlex.quote('1:value:(' + ' '.join(command.words) + ')')} \\"
        yield f"      {shlex.quote('*:path:_files' if command.takes_files else '*::')} ;;"
    yield "  esac"
    yield "}"
    # If the script is sourced, it registers the function. If it is loaded from fpath, it is the function's body.
    yield "if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then"
    yield '  _asyncshim "$@"'
    yield "else"
    yield "  compdef _asyncshim asyncshim"
    yield "fi"


def _zsh_option(name: str, option: _Option) -> str:
    summary = option.summary.replace("[", "(").replace("]", ")").replace(":", " -")
    if not option.takes_value:
        return f"*{name}[{summary}]"
    values = f"({' '.join(option.choices)})" if option.choices else "_files"
    equals = "=-" if option.value_is_optional else "="
    return f"*{name}{equals if name.startswith('--') else '+'}[{summary}]:value:{values}"


def _fish(commands: list[_Command]) -> Iterator[str]:
    yield "complete -c asyncshim -f"
    names = " ".join(command.name for command in commands)
    for command in commands:
        summary = _fish_quoted(command.summary)
        yield f"complete -c asyncshim -n 'not __fish_seen_subcommand_from {names}' -a {command.name} -d {summary}"
    for command in commands:
        seen = f"complete -c asyncshim -n '__fish_seen_subcommand_from {command.name}'"
        if command.takes_files:
            yield f"{seen} -F"
        if command.words:
            yield f"{seen} -a '{' '.join(command.words)}'"
        for option in command.options:
            flags = " ".join(f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in option.names)
            value = ""
            if option.takes_value and not option.value_is_optional:
                value = f" -x -a '{' '.join(option.choices)}'" if option.choices else " -r"
            yield f"{seen} {flags}{value} -d {_fish_quoted(option.summary)}"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


_SHELLS = {"bash": _bash, "zsh": _zsh, "fish": _fish}
