"""Which rules may act: codes, prefixes and names from a user, turned into a set of codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asyncshim.errors import UsageError

CONFIGURATION = ("ASH4", "ASH603")
"""How the codes of the rules about pytest's configuration begin."""
DEPENDENCIES = ("ASH5", "ASH606")
"""How the codes of the rules about dependency files begin."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The values of ``--select``, ``--extend-select`` and ``--ignore``; an empty ``select`` means every rule."""

    select: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    config: bool = True
    dependencies: bool = True

    def resolve(self, rules: Mapping[str, str]) -> frozenset[str]:
        """Return the codes that may act; ``ignore`` wins over the other two."""
        chosen = _codes(self.select, rules, "--select") if self.select else set(rules)
        chosen |= _codes(self.extend, rules, "--extend-select")
        chosen -= _codes(self.ignore, rules, "--ignore")
        if not self.config:
            chosen = {code for code in chosen if not code.startswith(CONFIGURATION)}
        if not self.dependencies:
            chosen = {code for code in chosen if not code.startswith(DEPENDENCIES)}
        return frozenset(chosen)


def code_of(wanted: str, rules: Mapping[str, str]) -> str:
    """Return the code of one rule, given as a code or a name in any case."""
    found = {code for code, name in rules.items() if wanted.upper() == code or wanted.lower() == name}
    if not found:
        raise UsageError(f"there is no rule {wanted!r}{_hint(wanted, rules)} `python -m asyncshim rules` lists them")
    return found.pop()


def _codes(wanted: Sequence[str], rules: Mapping[str, str], option: str) -> set[str]:
    codes: set[str] = set()
    for one in wanted:
        upper = one.upper()
        found = {code for code, name in rules.items() if code.startswith(upper) or one.lower() == name}
        if not found and upper != "ALL":
            raise UsageError(f"{option}: no rule is called {one!r}{_hint(one, rules).removesuffix('.')}")
        codes |= found or set(rules)
    return codes


def _hint(wanted: str, rules: Mapping[str, str]) -> str:
    """Suggest a name that is spelled alike, but never a code: a code that differs in one digit is another rule."""
    import difflib  # slow to import

    close = difflib.get_close_matches(wanted.lower(), [*rules.values()], n=1)
    return f", did you mean {close[0]!r}?" if close else "."
