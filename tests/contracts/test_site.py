"""How the pages are collected for the site, and how the finished pages are checked. `.ci/run` makes the whole site."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from house.tree import ROOT


@pytest.fixture(scope="module")
def site_pages() -> ModuleType:
    specification = importlib.util.spec_from_file_location("site_pages", ROOT / "docs/site_pages.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_pages_outside_of_docs_are_in_the_site_with_links_that_fit_there(
    site_pages: ModuleType, tmp_path: Path
) -> None:
    site_pages.collect(ROOT, tmp_path)
    readme = (tmp_path / "README.md").read_text("utf-8")
    assert "](tutorial.md)" in readme
    assert "[`benchmarks/plugin.py`](explanation/performance.md)" in readme
    assert "](docs/" not in readme
    assert "![The demo" in readme
    assert "(images/demo-dark.svg){.only-dark}" in readme
    assert "](../README.md#compared)" not in (tmp_path / "index.md").read_text("utf-8")
    assert "](../benchmarks.md)" in (tmp_path / "explanation/performance.md").read_text("utf-8")


def test_links_in_code_and_to_other_sites_stay_and_links_to_source_files_become_text(
    site_pages: ModuleType, tmp_path: Path
) -> None:
    page = tmp_path / "docs/a/page.md"
    homes = {page: Path("a/page.md"), tmp_path / "docs/other.md": Path("other.md")}
    same = "[x](../other.md#y) `[x](../other.md)` [z](https://example.com/)\n```\n[x](../../gone.md)\n```\n"
    assert site_pages.with_links(same + "[code](../../src/a.py)", page, homes) == same + "code"


def test_every_page_is_in_the_navigation(site_pages: ModuleType, tmp_path: Path) -> None:
    site_pages.collect(ROOT, tmp_path)
    listed = set((tmp_path / "index.md").read_text("utf-8").splitlines())
    there = {path.relative_to(tmp_path).with_suffix("").as_posix() for path in tmp_path.rglob("*.md")} - {"index"}
    assert there - listed == set()


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ('<a href="gone.html">x</a>', "a.html: link to gone.html, which does not exist"),
        ('<a href="#gone">x</a>', "a.html: link to #gone, which has no such anchor"),
        ('<img src="https://example.com/x.png">', "a.html: loads https://example.com/x.png from the network"),
        ('<script src="gone.js"></script>', "a.html: link to gone.js, which does not exist"),
    ],
)
def test_a_broken_link_of_the_site_is_named(site_pages: ModuleType, tmp_path: Path, html: str, problem: str) -> None:
    (tmp_path / "a.html").write_text(html, encoding="utf-8")
    assert site_pages.link_problems(tmp_path) == [problem]


def test_a_site_whose_links_lead_somewhere_has_no_problems(site_pages: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<h1 id="top">A</h1><a href="b.html#there">b</a>', encoding="utf-8")
    (tmp_path / "b.html").write_text('<a id="there" href="https://example.com/">x</a>', encoding="utf-8")
    assert site_pages.link_problems(tmp_path) == []
