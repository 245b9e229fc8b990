"""A starter in the look of a brand kit: its colours and typefaces are replaced with the kit's, the layout stays.

The kit's styles `headline` and `body` say which lettering is which. Each colour becomes the one of the kit that is most
like it, so that whatever was legible stays legible.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from pathlib import Path

from layoutgen.base.color import contrast, luminance, rgba
from layoutgen.starters.edits import Edit
from layoutgen.syntax import nodes, parse, read_source
from layoutgen.typeset.catalogue import understand

BRAND = "brand"
"""The folder beside the poster that the kit is put into."""
READABLE = 3.0
"""WCAG contrast, AA for large letters: pairs of colours that have it keep it."""
_TEXT = frozenset(("sans", "grotesque", "geometric sans", "rounded sans", "condensed sans"))
"""Genres that templates set copy in; the others are for headlines."""
_COPY = {"Archivo": "sans", "Noto Sans": "sans", "Oswald": "sans"}


def rebrand(tree: nodes.File, kit: Path) -> tuple[list[Edit], dict[str, bytes]]:
    """The edits, and the kit's files by their path beside the poster."""
    family = _family(kit)
    brand = family[kit]
    colors = match_palettes(_palette(tree), {name: color for each in family.values() for name, color in _palette(each).items()})
    lettering = {name: text for name in ("headline", "body") if (text := _lettering(brand, name))}
    edits = [_use_statement(tree, brand, kit.name)]
    for item in nodes.walk(tree):
        if isinstance(item, nodes.Property):
            edits += _recolored(item, colors)
            if item.name.text in ("face", "font") and (text := lettering.get("body" if _for_copy(item) else "headline", "")):
                edits.append(Edit(item.span.start, item.span.end, text))
    kinds = {statement.kind.text for each in family.values() for statement in each.statements}
    dropped = [kind for kind in ("palette", "look") if kind in kinds]
    edits += [without_line(statement) for statement in tree.statements if statement.kind.text in dropped]
    removed = [edit for edit in edits if edit.text == ""]
    edits = [edit for edit in edits if edit in removed or not any(one.start <= edit.start < one.end for one in removed)]
    return edits, {f"{BRAND}/{name}": content for name, content in _files(family, kit.parent).items()}


def match_palettes(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """For each colour of one palette, the name of the most similar one of another that keeps legible pairs legible."""
    if not new:
        return {}
    names = sorted(old, key=lambda name: -_spread(old[name], old.values()))
    pairs = {frozenset(pair) for pair in combinations(old, 2) if contrast(old[pair[0]], old[pair[1]]) >= READABLE}
    best: dict[str, str] = {}
    least = float("inf")

    def choose(chosen: dict[str, str], cost: float) -> None:
        nonlocal best, least
        if cost >= least:
            return
        if len(chosen) == len(names):
            best, least = dict(chosen), cost
            return
        name = names[len(chosen)]
        for other in sorted(new, key=lambda other: _distance(old[name], new[other])):
            lost = sum(
                contrast(new[other], new[chosen[seen]]) < READABLE for seen in chosen if frozenset((name, seen)) in pairs
            )
            same = sum(chosen[seen] == other for seen in chosen)
            choose({**chosen, name: other}, cost + _distance(old[name], new[other]) + 0.05 * same + 10 * lost)

    choose({}, 0.0)
    return best


def _palette(tree: nodes.File) -> dict[str, str]:
    """Names and colours of all palettes of a file."""
    rows = [items for statement in tree.statements if statement.kind.text == "palette" for items in statement.head]
    return {row[0].span.text: row[1].text for row in rows if len(row) == 2 and isinstance(row[1], nodes.Hex)}


def _lettering(brand: nodes.File, name: str) -> str:
    """`font: …` or `face: …` of a style, as it is written."""
    for statement in brand.statements:
        if statement.kind.text == "style" and statement.head[0][0].span.text == name and statement.body:
            for item in statement.body.properties:
                if item.name.text in ("font", "face"):
                    return item.span.text
    return ""


def _for_copy(item: nodes.Property) -> bool:
    """Whether a `face` or `font` is for copy rather than for headlines."""
    atom = item.value[0][0]
    words = atom.value if isinstance(atom, nodes.Text) else atom.span.text
    return (_COPY.get(words) if item.name.text == "font" else understand(words).genre.name) in _TEXT


def _recolored(item: nodes.Property, colors: Mapping[str, str]) -> Iterator[Edit]:
    if item.name.text in ("color", "panel", "border", "fill", "outline", "shadow"):
        for word in _words(atom for items in item.value for atom in items):
            if colors.get(word.text, word.text) != word.text:
                yield Edit(word.span.start, word.span.end, colors[word.text])


def _words(atoms: Iterable[nodes.Atom]) -> Iterator[nodes.Word]:
    for atom in atoms:
        if isinstance(atom, nodes.Word):
            yield atom
        elif isinstance(atom, nodes.Call):
            yield from _words(inner for argument in atom.arguments for inner in argument.value)


def _use_statement(tree: nodes.File, brand: nodes.File, name: str) -> Edit:
    """`use`, after the first line; and how to put the kit's pictures on the poster, as a comment."""
    pictures = [item.head[0][0].span.text for item in brand.statements if item.kind.text == "image"]
    hints = [f"\n// The kit has a picture: image {picture} {{ at: top-right of canvas; width: 12% }}" for picture in pictures]
    end = tree.statements[0].span.end
    return Edit(end, end, f'\n\nuse "{BRAND}/{name}"' + "".join(hints))


def without_line(statement: nodes.Statement) -> Edit:
    text = statement.span.source.text
    end = text.find("\n", statement.span.end) + 1 or len(text)
    return Edit(text.rfind("\n", 0, statement.span.start) + 1, end)


def _family(kit: Path) -> dict[Path, nodes.File]:
    """A kit and the kits that it uses, each once."""
    family: dict[Path, nodes.File] = {}
    waiting = [kit]
    while waiting:
        path = waiting.pop()
        if path not in family:
            family[path] = parse(read_source(path))[0]
            waiting += [path.parent / name for name in _named(family[path], "use")]
    return family


def _files(family: Mapping[Path, nodes.File], home: Path) -> dict[str, bytes]:
    """The kits, and the fonts and pictures that they name, by their path from the kit's folder; not what lies outside."""
    paths = [*family, *(path.parent / name for path, tree in family.items() for name in _named(tree, "image", "font"))]
    names = {Path(os.path.relpath(path, home)): path for path in paths if path.is_file()}
    return {name.as_posix(): path.read_bytes() for name, path in names.items() if ".." not in name.parts}


def _named(tree: nodes.File, *kinds: str) -> list[str]:
    """The texts in the heads of statements of these kinds."""
    rows = [items for statement in tree.statements if statement.kind.text in kinds for items in statement.head]
    return [atom.value for row in rows for atom in row if isinstance(atom, nodes.Text)]


def _distance(one: str, other: str) -> float:
    """Squared, of lightness above all, and of the channels."""
    lightness = float(luminance(one) ** (1 / 3) - luminance(other) ** (1 / 3))
    return 3 * lightness**2 + sum((a - b) ** 2 for a, b in zip(rgba(one)[:3], rgba(other)[:3], strict=True)) / 3


def _spread(color: str, others: Iterable[str]) -> float:
    return max(contrast(color, other) for other in others)
