"""Values that are given once."""

from __future__ import annotations

import pytest

from asyncshim.plugin.suite.frozen import Frozen


class Place(Frozen):
    name: str
    line: int = 1


def test_attributes_are_those_that_are_given_or_the_defaults() -> None:
    place = Place(name="a")
    assert (place.name, place.line) == ("a", 1)


def test_an_attribute_cannot_be_set_afterwards() -> None:
    with pytest.raises(AttributeError, match=r"Place\.line cannot be set"):
        Place(name="a").line = 2  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def test_values_are_equal_if_their_class_and_attributes_are() -> None:
    class Other(Frozen):
        name: str

    assert Place(name="a", line=2) == Place(name="a", line=2)
    assert len({Place(name="a", line=2), Place(line=2, name="a")}) == 1
    assert Place(name="a") != Place(name="b")
    assert Place(name="a") != Other(name="a")


def test_but_leaves_the_original_as_it_is() -> None:
    place = Place(name="a", line=2)
    assert place.but(line=3) == Place(name="a", line=3)
    assert place.line == 2
