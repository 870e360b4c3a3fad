from __future__ import annotations

import json
import os
import platform
from pathlib import Path

import pytest

from asyncshim.cli import main
from repositories import OLD, asyncshim, read_tree, repository

RUNS = """\
import pathlib

pathlib.Path(__file__).with_name("executed").touch()
raise SystemExit("the project was run")
"""
FILES = {
    "tests/test_a.py": OLD,
    "tests/conftest.py": RUNS + "pytest_plugins = ['sneaky']\n",
    "sneaky.py": RUNS,
    "setup.py": RUNS,
    "rich.py": RUNS,
    "pytest.ini": "[pytest]\nasyncio_mode = strict\naddopts = -p sneaky --token=s3cret\n",
    "tox.ini": "[pytest]\nasyncio_mode = auto\n",
    "requirements.txt": "pytest-asyncio==0.21.1 --hash=sha256:s3cret\n",
}


def doctor(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["doctor", "--jobs", "1", *arguments])
    return code, capsys.readouterr().out


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = repository(tmp_path / "p", FILES)
    monkeypatch.chdir(root)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        monkeypatch.delenv(name, raising=False)
    return root


def test_the_report_has_every_part_and_can_be_pasted(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = read_tree(project)
    code, told = doctor(capsys)
    assert code == 0, told
    headings = [line for line in told.splitlines() if line and not line.startswith(" ")]
    assert headings[1:] == [
        "Interpreter",
        "pytest plugins, in load order",
        "Who runs async tests",
        "Configuration",
        "Conflicts",
        "Types",
        "Uses of pytest-asyncio",
        "Next",
    ]
    assert "    plugin  asyncshim\n    mode    strict\n" in told
    assert "    pytest.ini: pytest reads it\n        asyncio_mode = strict\n" in told
    assert "    tox.ini: pytest does not read it: pytest.ini comes first\n" in told
    assert "addopts = -p sneaky (1 other word)" in told
    assert "    note  tox.ini: asyncio_mode in tox.ini have no effect" in told
    assert "        pytest-asyncio = ==0.21.1\n" in told
    assert "    project: ~/p (version control: git)" in told.replace("~\\p", "~/p")
    assert "python -m asyncshim migrate --dry-run" in told
    assert "s3cret" not in told
    assert str(project.parent) not in told
    assert all(len(line) <= 80 for line in told.splitlines() if " " in line.strip())
    # Markdown shows what is indented by four columns behind an empty line as it is.
    for number, line in enumerate(told.splitlines()):
        assert not line or not line.startswith(" ") or line.startswith("    "), number
    assert read_tree(project) == before


def test_json_has_the_same_and_matches_its_schema(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from asyncshim.migrate.doctor import render

    code, told = doctor(capsys, "--json")
    content = json.loads(told)
    assert code == 0
    assert content["executor"]["mode"] == "strict"
    assert content["uses"]["safe"] + content["uses"]["manual"] > 0
    assert content["root"].startswith("~")
    assert "s3cret" not in told
    assert str(project.parent) not in told
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(render.schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(content, schema)
    content["conflicts"] = [{"id": "x", "level": "high", "message": "", "remedy": "", "place": ""}]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, schema)


def test_a_process_runs_nothing_of_the_project(project: Path) -> None:
    done = asyncshim(project, "doctor", HOME=str(project.parent), USERPROFILE=str(project.parent))
    assert done.code == 0, done.stderr
    assert not (project / "executed").exists()
    assert not (project / "tests/executed").exists()
    assert done.stderr == ""


def test_a_problem_is_exit_code_1_and_its_remedy_comes_next(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "pytest.ini").write_text("[pytest]\naddopts = -p no:asyncshim\n", encoding="utf-8")
    code, told = doctor(capsys)
    assert code == 1
    assert "    plugin  nobody\n" in told
    assert "-> remove `-p no:asyncshim`\n" in told
    assert "(after you did this: remove `-p no:asyncshim`)" in told


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("pyproject.toml", "[tool.asyncshim]\nselct = []\n", "has no key 'selct', did you mean 'select'?"),
        ("pyproject.toml", "[broken\n", "is not valid TOML"),
        ("tests/test_b.py", "import pytest_asyncio\ndef broken(:\n", "tests/test_b.py:2:"),
    ],
)
def test_an_invalid_file_is_exit_code_2_and_the_rest_is_reported(
    project: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, error: str
) -> None:
    (project / name).write_text(text, encoding="utf-8")
    code, told = doctor(capsys)
    assert code == 2
    assert "Errors\n" in told
    assert error in " ".join(told.replace("\\", "/").split())
    assert "Who runs async tests\n" in told


def test_wrong_paths_are_wrong_usage(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert project
    assert doctor(capsys, "gone")[0] == 2


def test_a_folder_without_anything_has_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, told = doctor(capsys)
    assert code == 0
    assert "no file configures pytest or asyncshim" in told
    assert "python -m pytest" in told


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX")
def test_hostile_files_are_only_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "setup.cfg").unlink(missing_ok=True)
    (project / "tests/deep").mkdir()
    (project / "tests/deep/conftest.py").write_text("x = " + "(" * 100_000 + ")" * 100_000 + "\n", encoding="utf-8")
    (project / "tests/fifo").mkdir()
    os.mkfifo(project / "tests/fifo/conftest.py")
    os.mkfifo(project / "setup.cfg")
    (project / "tests/\x1b[2J\n::error::x").mkdir()
    (project / "tests/\x1b[2J\n::error::x/conftest.py").write_text(
        "@fixture\ndef event_loop(): ...\n", encoding="utf-8"
    )
    code, told = doctor(capsys)
    assert code in {0, 2}
    assert {character for character in told if not character.isprintable()} == {"\n"}
    assert not [line for line in told.splitlines() if line.lstrip().startswith("::")]
    assert "is nested deeply or large, so it was not read" in " ".join(told.split())
    assert "overrides the fixture `event_loop`" in " ".join(told.split())


def test_the_interpreter_is_named(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert project
    content = json.loads(doctor(capsys, "--json")[1])["environment"]
    assert content["python"] == platform.python_version()
    assert dict(content["packages"])["asyncshim"] == "0.1.0"
