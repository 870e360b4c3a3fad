"""Plugin objects that list nothing but hooks."""

from __future__ import annotations

import pluggy

from asyncshim.plugin.compat.hook_names import HasOnlyHooks


class Registered(HasOnlyHooks):
    def __init__(self) -> None:
        self.data = 1

    def pytest_of_the_test(self) -> int:
        return self.data


def test_dir_lists_the_hooks_of_the_class_alone() -> None:
    assert dir(Registered()) == ["pytest_of_the_test"]


def test_pluggy_finds_the_hooks() -> None:
    marker, spec = pluggy.HookimplMarker("here"), pluggy.HookspecMarker("here")

    class Marked(HasOnlyHooks):
        @marker
        def pytest_of_the_test(self) -> int:
            return 2

    class Specifications:
        @spec
        def pytest_of_the_test(self) -> int:  # type: ignore[empty-body]
            """Give a number."""

    manager = pluggy.PluginManager("here")
    manager.add_hookspecs(Specifications)
    manager.register(Marked())
    assert manager.hook.pytest_of_the_test() == [2]
