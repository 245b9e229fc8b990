"""The kinds of objects that the renderer `mini` can draw, each with openly licensed artwork and its everyday names."""

from __future__ import annotations

from typing import NamedTuple


class ObjectKind(NamedTuple):
    name: str
    """As the draft's artwork is called."""
    names: tuple[str, ...]
    """Everyday names; the first is the usual one."""


def _kind(name: str, *names: str) -> ObjectKind:
    return ObjectKind(name, names)


KINDS = (
    _kind("cat", "cat", "kitten", "tabby cat", "ginger cat"),
    _kind("dog", "dog", "puppy", "hound"),
    _kind("giraffe", "giraffe"),
    _kind("lion", "lion"),
    _kind("books", "books", "stack of books"),
    _kind("hot-beverage", "cup of coffee", "cup", "coffee", "cup of tea"),
    _kind("sun", "sun", "bright sun"),
    _kind("deciduous-tree", "tree", "leafy tree"),
    _kind("automobile", "car", "red car", "automobile"),
    _kind("wrapped-gift", "gift", "present", "gift box"),
    _kind("red-heart", "heart", "red heart"),
    _kind("star", "star", "yellow star"),
    _kind("balloon", "balloon", "red balloon"),
    _kind("pizza", "pizza", "slice of pizza"),
    _kind("hamburger", "burger", "hamburger"),
    _kind("birthday-cake", "cake", "birthday cake"),
    _kind("guitar", "guitar"),
    _kind("house", "house", "home"),
    _kind("bicycle", "bicycle", "bike"),
    _kind("rocket", "rocket"),
    _kind("soccer-ball", "football", "soccer ball"),
    _kind("sunflower", "sunflower"),
    _kind("tulip", "tulip", "flower"),
    _kind("red-apple", "apple", "red apple"),
    _kind("fish", "fish"),
    _kind("bird", "bird"),
    _kind("umbrella", "umbrella"),
    _kind("camera", "camera"),
)
