"""Sessions for development, each in its own environment; the Python versions come from pyproject.toml."""

from __future__ import annotations

import sys
from pathlib import Path

import nox

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
SHARED = Path("../shared/tools")

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["lint", "types", "docs", "tests"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the test suite; arguments go to pytest."""
    session.install("-e", ".[tests]")
    session.run("python", "-m", "pytest", "-n", "2", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Run the test suite with branch coverage, including the processes that it starts."""
    session.install("-e", ".[dev]")
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    session.run("coverage", "combine")
    session.run("coverage", "report")


@nox.session
def lint(session: nox.Session) -> None:
    """Run ruff, check the format, and look for insecure code and for vulnerable dependencies."""
    session.install("-e", ".[dev]")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("bandit", "-q", "-c", "pyproject.toml", "-r", "src", "codemods")
    session.run("python", ".ci/audit.py")


@nox.session
def types(session: nox.Session) -> None:
    """Run mypy and pyright, both strict."""
    session.install("-e", ".[dev]")
    session.run("mypy")
    session.run("pyright")


@nox.session
def docs(session: nox.Session) -> None:
    """Make the site, and check links, code blocks and generated pages; `-- --write` writes the generated pages."""
    session.install("-e", ".[tests,docs]")
    write = "--write" in session.posargs
    site = Path(session.create_tmp()) / "site"
    session.run("python", "docs/build.py", "--site", str(site), *([] if write else ["--check"]))
    session.run("python", "docs/terminal.py", *([] if write else ["--check"]))
    session.run("python", "-m", "pytest", "tests/contracts/test_documentation.py")


@nox.session
def dist(session: nox.Session) -> None:
    """Build the sdist and the wheel in `dist/`, and check their metadata."""
    session.install("build", "twine")
    session.run("python", "-m", "build")
    session.run("twine", "check", "--strict", *map(str, Path("dist").iterdir()))


@nox.session
def wheel(session: nox.Session) -> None:
    """Build the wheel, install it alone, and run the demo."""
    session.install("build")
    target = Path(session.create_tmp()) / "dist"
    session.run("python", "-m", "build", "--wheel", "--outdir", str(target))
    (built,) = target.glob("*.whl")
    session.install(str(built))
    session.run("asyncshim", "demo")


@nox.session(name="corpus-real")
def corpus_real(session: nox.Session) -> None:
    """Run every corpus case with the pytest-asyncio that it was written for, and migrated with other plugins."""
    session.install("-e", ".[tests]", "uv")
    session.run("python", "-m", "pytest", "tests/corpus", "-m", "real_pytest_asyncio", *session.posargs)


@nox.session(name="corpus-installed")
def corpus_installed(session: nox.Session) -> None:
    """Run the corpus cases in the environments that their own dependency files install, before and after `migrate`."""
    session.install("-e", ".[tests]", "uv")
    session.run("python", "-m", "pytest", "tests/corpus", "-m", "installed", *session.posargs)


@nox.session
def formatting(session: nox.Session) -> None:
    """Check that files of the corpus which black, ruff and isort left as they were stay so after `migrate`."""
    session.install("-e", ".[tests]", "ruff", "black")
    session.run("python", "-m", "pytest", "tests/corpus/test_formatting.py")


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz the rules for five minutes: `nox -s fuzz -- --seed 1 --modules 2000 --seconds 300`."""
    session.install("-e", ".[tests]")
    session.run("python", "-W", "ignore", "tests/support/fuzzing.py", *session.posargs)


@nox.session(name="new-rule", python=False)
def new_rule(session: nox.Session) -> None:
    """Write the skeletons of a new rule: `nox -s new-rule -- 311 some-name`."""
    session.run(sys.executable, "codemods/new_rule.py", *session.posargs)


@nox.session(python=PYTHONS[0])  # all of these releases support this version
@nox.parametrize("runner", ["session", "loop_scope"])
def conformance(session: nox.Session, runner: str) -> None:
    """Run pytest-asyncio's own test suites with asyncshim, and compare with the list of known differences."""
    session.install("pip", "uv")
    tool = SHARED / "conformance"
    if not tool.exists():
        session.skip(f"{tool} is not beside this checkout")
    in_order = ["0.20.3", "0.18.3"]  # their tests need a fixed order
    side_by_side = ["1.5.0", "1.4.1", "1.3.0", "1.2.0", "0.26.0", "0.23.8", "0.21.2"]
    # Not the session's temporary folder: suites inside the checkout would read its configuration. Both runners share
    # the results of the real plugin.
    work = (session.cache_dir / "conformance").resolve()
    versions = session.posargs or [*side_by_side, *in_order]
    for workers, chosen in (2, [v for v in versions if v not in in_order]), (0, [v for v in versions if v in in_order]):
        if not chosen:
            continue
        report = work.with_name(f"conformance-{runner}-{workers}.json")
        command = ["python", tool, "--shim", ".", "--runner", runner, "--work", work, "--json", report]
        command += [f"--pytest-args=-n{workers} --timeout=600"]  # for slow machines
        session.run(*command, *chosen, success_codes=[0, 1])
        session.run("python", "tests/conformance/compare.py", report, "--runner", runner)
