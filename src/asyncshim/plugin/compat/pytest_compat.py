"""The only place for private names of pytest, one function for each difference between its releases."""

# pyright: reportPrivateUsage=false, reportDeprecated=false

from __future__ import annotations

import functools
import inspect
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from _pytest import fixtures as _fixtures
from _pytest import python as _python
from _pytest.fixtures import resolve_fixture_function as _resolve
from _pytest.mark import structures as _structures
from _pytest.unittest import TestCaseFunction

PYTEST_8 = pytest.version_tuple >= (8,)
REFUSES_ASYNC_FIXTURES = pytest.version_tuple >= (9, 1)  # before, it handed coroutines on, since 8.4 with a warning
FAILS_ON_HIDDEN_GROUPS = (8, 4) <= pytest.version_tuple[:2] < (9, 1)


def hides_frame(excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
    """Return ``__tracebackhide__`` for a frame that may be an error's only one outside of pytest and pluggy.

    Several releases fail and stop the run if no frame of an exception group is visible.
    """
    return not (FAILS_ON_HIDDEN_GROUPS and isinstance(excinfo.value, BaseExceptionGroup))


def bound_fixture_function(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Any:
    """Return the fixture's function, bound to the instance that the test method will run on; it warns of nothing."""
    if fixturedef.scope == "function" or not hasattr(fixturedef.func, "__self__"):
        return _resolve(fixturedef, request)
    with warnings.catch_warnings():  # pytest will warn, see keep_instance()
        warnings.filterwarnings("ignore", message=".*fixtures defined as instance methods")
        return _resolve(fixturedef, request)


def keep_instance(replacement: Any, function: Any) -> None:
    """Let pytest, which calls *replacement* instead of the method *function*, see the instance it is bound to.

    pytest 9.2 warns about instance methods as fixtures of class or wider scope.
    """
    instance = getattr(function, "__self__", None)
    if instance is not None:
        replacement.__self__ = instance


def finisher(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Callable[[], None]:
    """Return what tears the fixture down."""
    return functools.partial(fixturedef.finish, request=request)  # type: ignore[arg-type]


def definitions(session: pytest.Session, name: str | None = None) -> list[pytest.FixtureDef[Any]]:
    """Return the fixtures called *name*, or all of them, wherever they can be seen."""
    manager: Any = session._fixturemanager
    found: list[pytest.FixtureDef[Any]] = []
    by_name = getattr(manager, "_arg2fixturedefs", None)
    if by_name is not None:
        for entry in by_name if name is None else (name,):
            found += by_name.get(entry, ())
        return found
    for table in (manager._arg2node2fixturedefs, manager._arg2nodeid2fixturedefs):  # pytest 9.1 keeps them by node
        for entry in table if name is None else (name,):
            for some in table.get(entry, {}).values():
                found += some
    return found


def when_fixtures_are_defined(session: pytest.Session, callback: Callable[[], None]) -> None:
    """Call *callback* now, and each time that pytest has searched a conftest, module or class for fixtures.

    pytest collects the tests there after that. No other hook is called at this moment.
    """
    manager: Any = session._fixturemanager
    search = manager.parsefactories

    @functools.wraps(search)
    def parsefactories(*args: Any, **kwargs: Any) -> None:
        search(*args, **kwargs)
        callback()

    manager.parsefactories = parsefactories
    callback()


def visible_definitions(session: pytest.Session, name: str, node: pytest.Item) -> Sequence[pytest.FixtureDef[Any]]:
    """Return the fixtures called *name* that *node* can see, the nearest last."""
    where: Any = node if PYTEST_8 else node.nodeid  # pytest 8 finds them by node
    return session._fixturemanager.getfixturedefs(name, where) or ()


def make_autouse(session: pytest.Session, name: str) -> None:
    """Make every test that is collected from now on use fixture *name*."""
    session._fixturemanager._nodeid_autousenames.setdefault("", []).append(name)


def fixture_names(item: pytest.Item) -> list[str]:
    """Return the names of the fixtures that *item* uses, in the order of their set-up: the list itself."""
    names: list[str] = getattr(item, "fixturenames", [])
    return names


def is_requested(request: pytest.FixtureRequest, name: str) -> bool:
    """Return whether the test uses fixture *name*: ``name in request.fixturenames``, which is a new list each time."""
    return name in request._pyfuncitem.fixturenames or name in request._fixture_defs


def argument_names(item: pytest.Function) -> Sequence[str]:
    """Return the fixtures that the test function itself requests."""
    return item._fixtureinfo.argnames


def fixtures_of(item: pytest.Function) -> Mapping[str, Sequence[pytest.FixtureDef[Any]]]:
    """Return the fixtures that the test uses, directly or not, by name; several where one overrides another."""
    return item._fixtureinfo.name2fixturedefs


def item_of(request: pytest.FixtureRequest) -> Any:
    """Return the test that caused *request*."""
    return request._pyfuncitem


def request_of(item: Any) -> Any:
    """Return the request of the test itself, which may ask for fixtures of any scope."""
    return item._request


def definition_of(request: pytest.FixtureRequest) -> Any:
    """Return the fixture that is being set up by *request*."""
    return request._fixturedef  # type: ignore[attr-defined]


def forget_value(fixturedef: pytest.FixtureDef[Any]) -> None:
    """Make pytest set the fixture up again at the next request, without tearing down its dependents."""
    fixturedef.cached_result = None
    fixturedef._finalizers.clear()  # pytest 9 wants none at set-up


def holdings(fixturedef: pytest.FixtureDef[Any]) -> list[object] | None:
    """Return the value of a fixture and what its tear-down uses; ``None`` unless it is set up."""
    result = fixturedef.cached_result
    return None if result is None or result[2] is not None else [result[0], *fixturedef._finalizers]


def scope_node(item: pytest.Item, scope: str) -> Any:
    """Return the node of *item* for *scope*: the one that pytest would bind a fixture of that scope to."""
    kinds: dict[str, type[Any]] = {"class": pytest.Class, "module": pytest.Module, "package": pytest.Package}
    if scope in kinds:
        node = item.getparent(kinds[scope])
        if node is not None:
            return node
    return item if scope in {"function", "class"} else item.session


def is_configured(config: pytest.Config, name: str) -> bool:
    """Return whether the configuration file or ``-o`` gives *name* a value, as opposed to a default."""
    if any(entry.split("=", 1)[0] == name for entry in config.getoption("override_ini", None) or ()):
        return True
    return name in (config._inicfg if hasattr(config, "_inicfg") else config.inicfg)  # inicfg warns since pytest 9.1


def wider_or_same(fixturedef: pytest.FixtureDef[Any], other: pytest.FixtureDef[Any]) -> bool:
    """Return whether *fixturedef* lives at least as long as *other*."""
    return bool(fixturedef._scope >= other._scope)


def run_by(item: pytest.Item, function: Callable[[], None]) -> object:
    """Let pytest call *function* instead of ``item.runtest``; return what :func:`run_by_former` needs."""
    former: object = item.__dict__.get("runtest")
    item.runtest = function  # type: ignore[method-assign]
    return former


def run_by_former(item: Any, former: object) -> None:
    """Undo :func:`run_by`."""
    if former is None:
        del item.runtest
    else:
        item.runtest = former


call_function: Callable[[pytest.Function], object] = _python.pytest_pyfunc_call  # and judge what it returns


def is_unittest(item: object) -> bool:
    """Return whether the item belongs to ``unittest``, which runs its own coroutines."""
    return isinstance(item, TestCaseFunction)


def when_no_plugin_runs(refuse: Callable[[str, Any], bool]) -> Callable[[], None]:
    """Call *refuse* with the node id of a test where pytest finds a coroutine that no plugin runs; return its undo.

    *refuse* also gets the coroutine, unless the test itself is async, and returns whether it has run it. A test that is
    async, or returns a coroutine, fails by itself otherwise; before pytest 8.4 it was skipped.
    """
    name = "async_fail" if hasattr(_python, "async_fail") else "async_warn_and_skip"
    original = getattr(_python, name)

    def refused(nodeid: str) -> None:
        __tracebackhide__ = True
        returned = sys._getframe(1).f_locals.get("result")
        try:
            if refuse(nodeid, returned):
                return
        finally:
            if inspect.iscoroutine(returned):
                returned.close()  # or its "never awaited" would come with some later test
        original(nodeid)

    def undo() -> None:
        if getattr(_python, name) is refused:
            setattr(_python, name, original)

    setattr(_python, name, refused)
    return undo


def item_in_use(session: pytest.Session) -> pytest.Item | None:
    """Return the test that is set up, or is being set up; ``None`` if there is none."""
    return next((node for node in session._setupstate.stack if isinstance(node, pytest.Item)), None)


def when_node_ends(item: pytest.Item, node: Any, finalizer: Any) -> None:
    """Call *finalizer* when *node*, which is set up already, is torn down."""
    item.session._setupstate.addfinalizer(finalizer, node)


def when_fixtures_of_node_ended(node: Any, finalizer: Any) -> bool:
    """Call *finalizer* when *node*'s own fixtures are torn down and no wider one is; false if *node* was not set up."""
    entry = node.session._setupstate.stack.get(node)
    return entry is not None and entry[0].insert(0, finalizer) is None


def fixture_marker_class() -> Any:
    """Return what ``pytest.fixture(...)`` makes: it refuses marked functions since pytest 9."""
    return _fixtures.FixtureFunctionMarker


def mark_storing_module() -> Any:
    """Return the module whose ``store_mark`` puts a mark on an object; it refuses fixtures since pytest 9."""
    return _structures


def is_fixture_object(obj: object) -> bool:
    """Return whether *obj* is what ``@pytest.fixture`` returned: an object of its own since pytest 8.4."""
    definition = getattr(_fixtures, "FixtureFunctionDefinition", None)
    if definition is not None:
        return isinstance(obj, definition)
    return getattr(obj, "_pytestfixturefunction", None) is not None


def function_of_fixture(fixture: Any) -> Any:
    """Return the function below ``@pytest.fixture``."""
    getter = getattr(fixture, "_get_wrapped_function", None)
    return getter() if getter is not None else getattr(getattr(fixture, "__pytest_wrapped__", None), "obj", fixture)


def satisfy_required_plugin(
    pluginmanager: pytest.PytestPluginManager,
    plugin: object,
    distribution: str,
    version_of: Callable[[], str],
    *,
    is_installed: bool,
) -> None:
    """Let ``required_plugins`` find *distribution*, if the configuration asks for it.

    In the version that is installed, which pytest did not load; else in one that is asked for.
    """
    config = pluginmanager.get_plugin("pytestconfig")
    try:
        wanted: list[str] = config.getini("required_plugins") if config is not None else []
    except (KeyError, ValueError):  # not declared yet: pytest does not validate it
        return
    for text in wanted:
        if not text.lower().replace("_", "-").startswith(distribution):
            continue
        from packaging.requirements import Requirement

        requirement = Requirement(text)
        known = version_of()
        named = [] if is_installed else [specifier.version.removesuffix(".*") for specifier in requirement.specifier]
        fitting = (v for v in (known, *named) if requirement.specifier.contains(v, prereleases=True))
        found = SimpleNamespace(project_name=requirement.name, version=next(fitting, known))
        getattr(pluginmanager, "_plugin_distinfo").append((plugin, found))  # noqa: B009
