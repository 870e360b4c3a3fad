"""The pages are in order, their examples run, and every command in them does what they say."""

from __future__ import annotations

import ast
import functools
import re
import shutil
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from house import pages, servers
from house.corpus import FOLDER, cases, copy
from house.processes import run, run_python
from house.tree import ROOT, modules, project_table

# The pages of the rules are made from their examples, which are tested with the rules.
PAGES = [
    ROOT / "README.md",
    *(page for page in sorted((ROOT / "docs").rglob("*.md")) if page.parent.name != "rules"),
]
# Commands that these tests do not run, each with the reason.
NOT_HERE = {
    "python3 -m venv .venv && .venv/bin/python -m pip install -q -e '.[tests]' && "
    ".venv/bin/python -m asyncshim demo": "CI runs it from the README",
    ".venv/bin/python -m pytest -n auto": "it is this test run; CI runs it from the README",
}
# Packages that the examples of a page need and that not every environment has.
NEEDS = {
    "aiohttp": ("aiohttp",),
    "django": ("django", "pytest_django"),
    "fastapi": ("fastapi", "httpx", "sqlalchemy", "aiosqlite"),
    "mcp": ("mcp",),
    "pools": ("aiosqlite",),
    "postgresql": ("asyncpg",),
    "redis": ("redis",),
    "task-groups": ("anyio",),
    "uvloop": ("uvloop",),
    "websockets": ("websockets",),
    "xdist": ("xdist",),
}


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).with_suffix("").as_posix().removeprefix("docs/")


def skip_without_its_packages(page: Path) -> None:
    for package in NEEDS.get(page.stem, ()):
        pytest.importorskip(package)


def server_of(page: Path) -> AbstractContextManager[dict[str, str]]:
    """Start the server that a page is about; its value is the environment that names it."""
    return {"postgresql": servers.postgresql, "redis": servers.redis}.get(page.stem, lambda: nullcontext({}))()


def check_pages(root: Path, *flags: str) -> tuple[int, str]:
    result = run_python(ROOT / "docs/build.py", "--check", "--root", root, *flags, cwd=root)
    return result.returncode, result.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A legacy project under version control that requires asyncshim, as the reader has one."""
    tree = copy(FOLDER / "event-loop-override/before", tmp_path / "project")
    (tree / "requirements.txt").write_text("asyncshim\npytest\n", encoding="utf-8")
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Legacy"]):
        done = run(["git", "-c", "user.name=T", "-c", "user.email=t@example.com", *command], cwd=tree)
        assert done.returncode == 0, done.stdout
    return tree


def test_the_documentation_pages_have_no_faults() -> None:
    code, output = check_pages(ROOT)
    assert code == 0, output


@pytest.mark.skipif(sys.platform == "win32", reason="the pages show a POSIX shell")
@pytest.mark.parametrize("page", [page for page in PAGES if pages.commands(page)], ids=name_of)
def test_every_command_of_a_page_does_what_the_page_says(
    page: Path, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    skip_without_its_packages(page)
    if any(step.kind == "file" for step in pages.steps(page)):  # the page makes a project
        project = tmp_path / "project"
        project.mkdir()
    else:
        project = request.getfixturevalue("project")
    path = pages.path_with_python(tmp_path / "bin")
    with server_of(page) as env:
        pages.play(page, project, path, install=False, skip=frozenset(NOT_HERE), **env)
    legacy = project / "test_echo.py"
    if legacy.exists():
        given = pages.commands(page)
        migrated = "python -m asyncshim migrate" in given and "python -m asyncshim undo" not in given
        assert ("mark.asyncio" not in legacy.read_text(encoding="utf-8")) is migrated


def test_every_option_of_the_plugin_is_described_and_no_other(tmp_path: Path) -> None:
    described = (ROOT / "docs/reference/options.md").read_text(encoding="utf-8")
    shown = run_python("-m", "pytest", "--help", "-p", "asyncshim", cwd=tmp_path).stdout
    option = re.compile(r"(?:--)?(?:asyncshim|asyncio)[-_][a-z_-]*[a-z]")
    there = {name for name in option.findall(shown) if name not in {"asyncio-mode", "pytest-asyncio"}}
    assert set(option.findall(described.partition("| option |")[2])) == there


def test_the_readme_starts_with_the_two_commands_that_ci_runs() -> None:
    first = next(step for step in pages.steps(ROOT / "README.md") if step.kind == "commands")
    assert first.text.splitlines() == list(NOT_HERE)


def test_the_readme_counts_the_corpus() -> None:
    number = sum(len(case.outcomes) for case in cases())
    assert f"{len(cases())} small suites ({number} tests)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_yaml_of_pages_hooks_workflows_and_the_action_is_valid() -> None:
    yaml = pytest.importorskip("yaml")
    files = [ROOT / "action.yml", ROOT / ".pre-commit-hooks.yaml", *sorted((ROOT / ".github/workflows").glob("*.yml"))]
    texts = {path.name: path.read_text(encoding="utf-8") for path in files}
    for page in PAGES:
        blocks = re.findall(r"^```yaml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        texts |= {f"{name_of(page)} {number}": text for number, text in enumerate(blocks)}
    for name, text in texts.items():
        assert isinstance(yaml.safe_load(text), dict | list), name
    inputs = yaml.safe_load(texts["action.yml"])["inputs"]
    described = (ROOT / "docs/how-to/github-actions.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z]+)` \|", described, re.MULTILINE) == list(inputs)


def test_ci_covers_the_systems_and_pythons_of_the_support_policy() -> None:
    workflow = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    policy = (ROOT / "docs/policy.md").read_text(encoding="utf-8")
    pythons = re.findall(r"3\.\d+", next(line for line in policy.splitlines() if line.startswith("| Python |")))
    assert pythons == re.findall(r"3\.\d+", next(line for line in workflow.splitlines() if "python: [" in line))
    listed = [str(entry).rpartition(" ")[2] for entry in project_classifiers()]
    assert pythons == [entry for entry in listed if re.fullmatch(r"3\.\d+", entry)]
    for system in ("ubuntu", "macos", "windows"):
        assert f"{system}-latest" in workflow


def project_classifiers() -> list[object]:
    classifiers = project_table()["classifiers"]
    assert isinstance(classifiers, list)
    return classifiers


def test_no_code_block_is_indented_so_that_all_are_tested() -> None:
    indented = [
        f"{name_of(page)}:{number}"
        for page in PAGES
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1)
        if line.lstrip().startswith("```") and line.startswith((" ", ">"))
    ]
    assert indented == []


MESSAGE = re.compile(r"^### `(.+)`$", re.MULTILINE)


def messages(part: str) -> list[str]:
    page = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
    return MESSAGE.findall(page.partition(f"## {part}\n")[2].partition("\n## ")[0])


@pytest.mark.parametrize(
    "message", [*messages("Messages of asyncshim in a test run"), *messages("Messages of the commands")]
)
def test_troubleshooting_has_the_words_of_messages_that_exist(message: str) -> None:
    text = re.sub(r"\{[^{}]*\}", "…", strings_of_the_source())
    for part in message.split("…"):
        assert part.strip() in text


@functools.cache
def strings_of_the_source() -> str:
    """Return all string literals of asyncshim; adjacent ones are one literal."""
    found = []
    for module in modules():
        for node in ast.walk(ast.parse(module.path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                found.append(
                    "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return "\n".join(found)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(step.kind == "example" for step in pages.steps(page))], ids=name_of
)
def test_python_examples_are_suites_that_pass(page: Path, tmp_path: Path) -> None:
    skip_without_its_packages(page)
    number = pages.write_examples(page, tmp_path)
    result = run_python("-m", "pytest", "-q", "-rA", "-W", "error", cwd=tmp_path)
    assert result.returncode == 0, result.stdout
    assert len(set(re.findall(r"^PASSED (test_example_\d+)", result.stdout, re.MULTILINE))) == number, result.stdout


def test_a_page_that_promises_other_output_is_named(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# T\n\n```sh\necho one; echo two\n```\n\n```text\no…e\nthree\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError, match=r"these lines are not in the output: \['three'\]"):
        pages.play(page, tmp_path, "/usr/bin:/bin", install=False)


def test_a_page_whose_command_fails_is_named(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# T\n\n`a.txt`:\n\n```text\nhello\n```\n\n```sh\ngrep -q hello a.txt\nfalse\n```\n", encoding="utf-8"
    )
    with pytest.raises(AssertionError, match=r"page\.md: false"):
        pages.play(page, tmp_path, "/usr/bin:/bin", install=False)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("no title\n", "a page has one title"),
        ("# T\n\n### Deep\n", "heading 'Deep' leaves out a level"),
        ("# T\n\n## A\n\n## A\n", "heading 'A' twice"),
        ("# T\n\n[x](gone.md)\n", "link to gone.md, which does not exist"),
        ("# T\n\n[x](#nowhere)\n", "link to #nowhere, which has no such heading"),
        ("# T\n\n```\nx\n```\n", "code block of language ''"),
        ("# T\n\n```python\nx = = 1\n```\n", "python block: invalid syntax"),
        ("# T\n\n```toml\nx = \n```\n", "toml block: Invalid value"),
        ("# T\n\n```ini\nx\n```\n", "ini block: File contains no section headers"),
        ("# T\n\n```python\nx = 1\n", "code block of language 'never closed'"),
    ],
)
def test_a_page_with_a_fault_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    code, output = check_pages(tmp_path, "--no-rules")
    assert code == 1
    assert output.startswith("README.md:")
    assert sentence in output


def test_a_page_that_nobody_links_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/lost.md").write_text("# Lost\n", encoding="utf-8")
    code, output = check_pages(tmp_path, "--no-rules")
    assert (code, output) == (1, "docs/lost.md:1: no page links here\n")


def test_links_and_headings_in_code_are_not_links_and_headings(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text("# T\n\n`[x](gone.md)`\n\n```sh\n# comment\n```\n", encoding="utf-8")
    assert check_pages(tmp_path, "--no-rules") == (0, "the pages are in order\n")


def test_a_stale_generated_page_is_named_and_made_again(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    for top in ROOT.glob("*.md"):
        shutil.copy(top, tmp_path)
    for linked in ("benchmarks/README.md", "tests/conformance/differences.toml"):
        (tmp_path / linked).parent.mkdir(parents=True)
        shutil.copy(ROOT / linked, tmp_path / linked)
    page = tmp_path / "docs/rules/ash101.md"
    right = page.read_text(encoding="utf-8")
    page.write_text(right + "by hand\n", encoding="utf-8")
    (tmp_path / "docs/rules/ash999.md").write_text("# Gone\n", encoding="utf-8")
    (tmp_path / "docs/reference/markers.md").unlink()
    code, output = check_pages(tmp_path)
    assert code == 1
    assert "docs/rules/ash101.md:1: is not what the code says: run docs/build.py" in output
    assert "docs/rules/ash999.md:1: is not what the code says: run docs/build.py" in output
    written = run_python(ROOT / "docs/build.py", "--root", tmp_path, cwd=tmp_path)
    told = "wrote reference/markers.md\nwrote rules/ash101.md\nremoved rules/ash999.md\nthe pages are in order\n"
    assert (written.returncode, written.stdout) == (0, told)
    assert page.read_text(encoding="utf-8") == right
    assert not (tmp_path / "docs/rules/ash999.md").exists()
