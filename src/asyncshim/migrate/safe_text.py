"""Names and texts of a repository, made safe for where they are shown.

A file name may hold any character but a slash, and a message may quote any source text. Characters that move the
cursor, end a line, change the direction of text or are no text at all are shown as escapes; so are the beginnings of
the commands that GitHub Actions takes from whatever a process prints. JSON needs none of this: its strings are ASCII.
"""

from __future__ import annotations

import re

_COMMAND = re.compile(r"(\s*):(?=:)")
_MARKUP = re.compile(r"[\\<>&\[\]!|@#*~`]")
_CODE = re.compile(r"`([^`]+)`")
_OWN_COLORS = re.compile(r"(\x1b\[(?:0|[1-9][0-9]?(?:;[1-9][0-9]?)*)m)")


def line(text: str) -> str:
    """Return a text that stays on one line and cannot control a terminal, to be shown after something else."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else _escape(c) for c in text)
    return text.replace("##[", "#\\x23[")


def name(text: str) -> str:
    """Return a name or text that a line may begin with."""
    return _COMMAND.sub(r"\1\\x3a", line(text), count=1) if text.lstrip().startswith("::") else line(text)


def lines(text: str) -> str:
    """Return a text of several lines, with its tabs."""
    if text.isprintable():  # no tab and no line end
        return name(text)
    return "\n".join("\t".join(name(cell) for cell in row.split("\t")) for row in text.split("\n"))


def terminal(text: str, *, colored: bool) -> str:
    """Return what a terminal gets: several lines, with colours only if ``colored``."""
    if not colored:
        return lines(text)
    return "".join(part if number % 2 else lines(part) for number, part in enumerate(_OWN_COLORS.split(text)))


def html(text: str) -> str:
    """Return text or an attribute's value of HTML."""
    from html import escape

    return escape(line(text))


def html_source(text: str) -> str:
    """Return source code for HTML: its tabs stay."""
    return "\t".join(html(part) for part in text.split("\t"))


def markdown_code(text: str) -> str:
    """Return a code span of Markdown that the text cannot leave."""
    text = line(text)
    # A run of backticks longer than any inside it is how Markdown quotes them.
    fence = "`"
    while fence in text:
        fence += "`"
    padding = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def markdown(text: str) -> str:
    """Return a sentence of Markdown: code spans stay, anything else that Markdown reads is escaped."""
    parts = _CODE.split(line(text.replace("\n", " ")))
    return "".join(
        markdown_code(part) if number % 2 else _MARKUP.sub(_markdown_escape, part) for number, part in enumerate(parts)
    )


def github_data(text: str) -> str:
    """Return the message of a workflow command; its line ends stay line ends."""
    return "%0A".join(line(part).replace("%", "%25") for part in text.replace("\r\n", "\n").split("\n"))


def github_property(text: str) -> str:
    """Return the value of a workflow command's property."""
    return line(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def uri(path: str) -> str:
    """Return a relative path as a URI: the bytes of the name, whatever they are."""
    from urllib.parse import quote

    try:
        return quote(path.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return quote(path.encode("utf-8", "surrogatepass"))


def _escape(character: str) -> str:
    if "\udc80" <= character <= "\udcff":  # a byte of a file name that is no UTF-8
        return f"\\x{ord(character) - 0xDC00:02x}"
    return ascii(character)[1:-1] if not character.isascii() else repr(character)[1:-1]


def _markdown_escape(match: re.Match[str]) -> str:
    # "\@" does not keep GitHub from telling the person of that name.
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;", "@": "&#64;"}.get(match[0], "\\" + match[0])
