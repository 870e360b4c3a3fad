"""The JSON schema of `[tool.asyncshim]` accepts what the command line accepts, and nothing else."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from pathlib import Path

import pytest

from asyncshim.errors import UsageError
from asyncshim.migrate.read.project import find_project
from asyncshim.migrate.read.settings import KEYS, RUNNERS, MigrateSettings, load, schema
from repositories import write_tree

SCHEMA = json.loads(schema())


def test_the_schema_has_every_key_with_its_default() -> None:
    assert set(SCHEMA["properties"]) == set(KEYS)
    assert SCHEMA["properties"]["runner"]["enum"] == list(RUNNERS)
    own = dataclasses.asdict(MigrateSettings())
    for key, rule in SCHEMA["properties"].items():
        assert rule["description"].endswith(".")
        if "default" in rule:
            default = own[key.replace("-", "_")]
            assert rule["default"] == (list(default) if isinstance(default, tuple) else default)


def test_the_schema_has_the_name_of_a_part_of_pyproject_in_schemastore() -> None:
    assert SCHEMA["$id"] == "https://json.schemastore.org/partial-asyncshim.json"
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert SCHEMA["additionalProperties"] is False


@pytest.mark.parametrize(
    "line",
    [
        *(
            f"{key} = {value}"
            for key in KEYS
            for value in ("true", "0", "1", "1.5", '"x"', '"anyio"', '["x"]', "[1]", "{}")
        ),
        "max-file-size = 1",
        "selct = []",
    ],
)
def test_the_schema_and_the_command_line_agree(line: str, tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    write_tree(tmp_path, {"pyproject.toml": f"[tool.asyncshim]\n{line}\n", "test_a.py": ""})
    try:
        load(find_project([str(tmp_path)]))
        is_accepted = True
    except UsageError:
        is_accepted = False
    assert jsonschema.Draft7Validator(SCHEMA).is_valid(tomllib.loads(line)) is is_accepted
