"""Ask pip-audit for known vulnerabilities of the runtime dependencies, as they are installed here.

A finding is an error. Without access to a service that knows vulnerabilities, one line says so and the audit passes.
"""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = "asyncshim"


def runtime_dependencies(name: str) -> dict[str, str]:
    """Return the versions of everything that a user of this package installs with it."""
    found: dict[str, str] = {}
    pending = [name]
    while pending:
        for text in importlib.metadata.requires(pending.pop()) or ():
            requirement = Requirement(text)
            if requirement.name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
                continue
            found[requirement.name] = importlib.metadata.version(requirement.name)
            pending.append(requirement.name)
    return found


def problems(report: str) -> tuple[list[str], int]:
    """Return the findings in a report of pip-audit, and how many packages it knows something about."""
    packages = json.loads(report)["dependencies"]
    findings = [
        f"{package['name']} {package['version']}: {finding['id']}, "
        f"fixed in {', '.join(finding['fix_versions']) or 'no release'}"
        for package in packages
        for finding in package.get("vulns", ())
    ]
    return findings, sum("skip_reason" not in package for package in packages)


def main() -> int:
    """Print the findings; return 1 if there are any."""
    versions = runtime_dependencies(PROJECT)
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder) / "requirements.txt"
        pins.write_text("".join(f"{name}=={version}\n" for name, version in sorted(versions.items())))
        command = [
            "-m",
            "pip_audit",
            "-r",
            str(pins),
            "--no-deps",
            "--disable-pip",
            "-f",
            "json",
            "--progress-spinner",
            "off",
        ]
        done = subprocess.run([sys.executable, *command], capture_output=True, text=True, timeout=300, check=False)
    try:
        findings, known = problems(done.stdout)
    except (ValueError, KeyError):
        findings, known = [], 0
    if not known:
        print("pip-audit: no vulnerability service can be reached from here; the dependencies were not audited")
        return 0
    for finding in findings:
        print(f"pip-audit: {finding}")
    print(f"pip-audit: {len(findings)} findings in {known} of {len(versions)} runtime dependencies")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
