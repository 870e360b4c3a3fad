"""Plugin objects that pytest searches quickly: for each of their names it does some work, and most name no hook."""

from __future__ import annotations


class HasOnlyHooks:
    """Base of plugin objects without fixtures: ``dir()`` lists nothing but the hooks that the class defines."""

    def __dir__(self) -> list[str]:
        return [name for name in vars(type(self)) if name.startswith("pytest_")]
