"""A rename reaches every use, changes nothing else, and is refused with the reason where it is not safe."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layoutgen.diagnostics import Source
from layoutgen.language_server.analysis import quick
from layoutgen.language_server.buffers import Buffers
from layoutgen.language_server.renaming import Unsafe, applied, rename
from layoutgen.language_server.workspace import workspace_of
from tests.language_server.cursor_text import HEAD, opened

EXAMPLES = Path(__file__).parents[2] / "examples"


def renamed(folder: Path, marked: str, new: str, name: str = "a.poster") -> dict[str, str]:
    """The texts after a rename at the `¦`, by file name."""
    before, _, after = marked.partition("¦")
    buffers, workspace = opened(folder, before + after, name)
    edits = rename(workspace, len(before), new, buffers, [folder])
    return {path.name: applied(buffers.read(path).text, some) for path, some in edits.items()}


def test_an_element_in_relations_on_blocks_require_and_paths(tmp_path: Path) -> None:
    text = """poster 1 "A"
canvas feed 800x800, wide 900x400
palette ink #000000, paper #FFFFFF
backdrop { fill: paper }
region header { at: top of canvas; size: 90% x 20%; slogan big "Hello" { color: ink } }
region foot { below: header gap 3%; size: 50% x 10%; align-left: header; slogan "Header" { color: ink } }
object cat "a header of a cat" { at: bottom-right of canvas; size: 20% x 20%; avoid: none }
require header.contrast >= 4.5
require header.big.contrast >= 4.5
require header.big.color near ink within 3
on wide { header { size: 80% x 20% }; header.big { lines: 1 }; foot { below: header gap 1% } }
"""
    after = renamed(tmp_path, text.replace("region header", "region hea¦der"), "top-line")
    assert after == {"a.poster": text.replace("header", "top-line").replace("a top-line of a cat", "a header of a cat")}
    again = renamed(tmp_path, text.replace("below: header gap 1%", "below: header¦ gap 1%"), "top-line")
    assert again == after


def test_a_name_inside_a_region_and_its_namesake_outside(tmp_path: Path) -> None:
    text = """poster 1 "A"
region a { at: top of canvas; size: 50% x 20%; slogan price "1" }
region b { below: a gap 1%; size: 50% x 20%; slogan price "2" }
on default { a.price { lines: 1 }; b { price { lines: 1 } } }
"""
    after = renamed(tmp_path, text.replace('slogan price "2"', 'slogan pr¦ice "2"'), "cost")["a.poster"]
    assert after == text.replace('slogan price "2"', 'slogan cost "2"').replace("b { price {", "b { cost {")


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("param pri¦ce", "cost-now", ["param cost-now:", "{{ cost-now | money }}", "when cost-now", "require cost-now <"]),
        ("param acc¦ent", "tint", ["param tint:", "color: tint"]),
        ("palette su¦n", "gold", ["palette gold #F2A541", "gradient(gold, sea"]),
        ("style sh¦out", "loud", ["style loud {", "as loud", "extends loud"]),
        ("font ac¦me", "brand", ["font brand ", "font: brand"]),
        ("canvas fe¦ed", "post", ["canvas post 1080x1350", "on post {"]),
        ("for di¦sh in", "meal", ["for meal in", "{{ meal.name }}"]),
    ],
)
def test_every_sort_of_name(old: str, new: str, changed: list[str], tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text('[{"name": "Soup", "cost": "3.00"}]')
    text = (
        HEAD.replace("= [{}]", '= "d.json"')
        + """style small extends shout { font: acme; color: accent }
region r when price { below: header gap 2%; size: 60% x 30%; panel: gradient(sun, sea, 45deg)
  slogan "{{ price | money }}" as small
  for dish in dishes { slogan "{{ dish.name }}" }
}
require price < 99.00
on feed { r { below: header gap 1%; size: 60% x 30% } }
"""
    )
    text = text.replace("language en, de\n", "")
    after = renamed(tmp_path, text.replace(old.replace("¦", ""), old, 1), new)["a.poster"]
    assert all(piece in after for piece in changed)
    word = old.replace("¦", "").split()[1]
    assert len(after) - len(text) == (len(new) - len(word)) * (after.count(new) - text.count(new))


@pytest.mark.parametrize(
    ("marked", "new", "reason"),
    [
        ("region head¦er", "cat", "already"),
        ("region head¦er", "two words", "cannot be a name"),
        ("region head¦er", "canvas", "meaning of its own"),
        ("region head¦er", "", "cannot be a name"),
        ("region head¦er", "a.b", "cannot be a name"),
        ("region¦ header", "x", "there is no name here"),
        ("param pri¦ce", "size", "already"),
        ('slog¦an "Second"', "x", "has no name"),
        ("palette su¦n", "accent", "taken for something else"),
    ],
)
def test_refusals(marked: str, new: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text('[{"name": "Soup", "cost": "3.00"}]')
    text = HEAD.replace("= [{}]", '= "d.json"').replace("language en, de\n", "") + 'region q { color: accent; slogan "x" }\n'
    with pytest.raises(Unsafe, match=reason):
        renamed(tmp_path, text.replace(marked.replace("¦", ""), marked, 1), new)


def test_a_file_with_syntax_errors_is_mended_first(tmp_path: Path) -> None:
    with pytest.raises(Unsafe, match="fix what is marked first"):
        renamed(tmp_path, 'poster 1 "A"\nregion hea¦der { slogan "Hello\n}\n', "x")


def test_translations_are_kept_by_their_source_string(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "summer-sale", tmp_path, dirs_exist_ok=True)
    text = (tmp_path / "sale.poster").read_text("utf-8")
    with pytest.raises(Unsafe, match=r"sale\.poster would have a mistake then"):
        renamed(tmp_path, text.replace("param discount", "param disc¦ount"), "rebate", "sale.poster")


def test_a_name_of_a_kit_is_renamed_in_every_poster_that_uses_it(tmp_path: Path) -> None:
    (tmp_path / "layoutgen.toml").write_text("")
    (tmp_path / "brand").mkdir()
    (tmp_path / "brand" / "acme.kit").write_text('kit 1 "K"\npalette ink #000000\nstyle loud { color: ink }\n')
    poster = 'poster 1 "{}"\nuse "brand/acme.kit"\nregion r as loud {{ slogan "Hi"; panel: ink }}\n'
    (tmp_path / "two.poster").write_text(poster.format("B"))
    (tmp_path / "other.poster").write_text('poster 1 "C"\npalette ink #111111\nregion r { panel: ink; slogan "Hi" }\n')
    after = renamed(tmp_path, poster.format("A").replace("panel: ink", "panel: in¦k"), "coal")
    assert set(after) == {"a.poster", "two.poster", "acme.kit"}
    assert after["acme.kit"] == 'kit 1 "K"\npalette coal #000000\nstyle loud { color: coal }\n'
    assert all("panel: coal" in after[name] for name in ("a.poster", "two.poster"))


NAMES = st.sampled_from(
    ["x", "header", "sun", "not", "end", "canvas", "as", "שלום", "offer", "gap", "of", "cream", "price2", "en"]
)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_what_is_renamed_means_the_same_and_comes_back(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(EXAMPLES.glob("*.poster"))))
    buffers = Buffers()
    workspace = workspace_of(path, buffers)
    places = [use.start for use in workspace.main.names.uses] + [symbol.start for symbol in workspace.main.names.symbols]
    at, new = data.draw(st.sampled_from(places)), data.draw(NAMES)
    found = workspace.at(at)
    try:
        edits = rename(workspace, at, new, buffers)
    except Unsafe:
        return
    assert found is not None
    text = applied(buffers.read(path).text, edits[path])
    assert text.count(new) >= len(edits[path])
    after = Buffers()
    after.put(path.as_uri(), text)
    was, then = quick(path, buffers.read(path), buffers), quick(path, Source(str(path), text), after)
    assert [item.code for item in was.diagnostics] == [item.code for item in then.diagnostics]
    back = workspace_of(path, after)
    moved = at + sum(len(e.text) - (e.end - e.start) for e in edits[path] if e.start < at)
    again = rename(back, moved, found[0].name, after)
    assert applied(text, again[path]) == buffers.read(path).text
