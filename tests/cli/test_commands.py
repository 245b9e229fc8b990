"""The command line as a contract: exit codes, files, JSON on stdout, messages on stderr."""

from __future__ import annotations

import json
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from typer.testing import CliRunner

import layoutgen
from layoutgen.base.picture_formats import made_by_layoutgen
from layoutgen.cli.main import app
from layoutgen.diagnostics import Diagnostic, merged
from layoutgen.diagnostics.codes import content
from layoutgen.starters.catalogue import starter_names

POSTER = """
poster 1 "Sale"
param headline: text = "SUMMER SALE"
param price: money(EUR)?
canvas feed 540x675, story 540x960 { margin: 5% }
language en, de
backdrop { fill: gradient(#0B3C5D, #14202B) }
region header { at: top of canvas; size: 90% x 22%; slogan headline "{{ headline }}" { color: #FFF8E7 } }
region offer { below: header gap 4%; size: 80% x 12%; slogan "Up to 50% off" }
region cost when price { below: offer gap 4%; size: 50% x 8%; slogan price "{{ price | money }}" { draw: typeset } }
"""

GERMAN = {
    "SUMMER SALE": "SOMMER",
    "Up to 50% off": "Bis zu 50 % sparen",
    "{{ headline }}": "{{ headline }}",
    "{{ price | money }}": "{{ price | money }}",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "sale.poster").write_text(POSTER, encoding="utf-8")
    (tmp_path / "sale.de.json").write_text(json.dumps(GERMAN), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, code: int = 0) -> Any:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.stderr + result.stdout
    assert "Traceback" not in result.stderr
    return result


def spoil(path: Path) -> None:
    """Paint over the headline."""
    with Image.open(path) as picture:
        spoilt = picture.convert("RGB")
    ImageDraw.Draw(spoilt).rectangle((60, 70, 480, 160), fill="#0B3C5D")
    spoilt.save(path)


def test_check_of_a_good_poster(folder: Path) -> None:
    assert json.loads(run("check", "sale.poster", "--json").stdout) == {"ok": True, "diagnostics": []}


def test_compile_is_one_json_document_in_the_designs_shape(folder: Path) -> None:
    document = json.loads(run("compile", "sale.poster", "--renderer", "draft", "--json", "-p", "price=9.99").stdout)
    assert list(document)[:5] == ["version", "canvas", "locale", "generation", "prompt"]
    assert document["canvas"] == {"name": "feed", "width": 540, "height": 675}
    assert [glyph["text"] for glyph in document["glyphs"]] == ["SUMMER SALE", "Up to 50% off"]
    (overlay,) = document["overlays"]
    assert (overlay["kind"], overlay["source"]) == ("text", "€9.99")
    assert overlay["box"] in document["forbidden"]
    start, end = document["glyphs"][0]["characters"][0]["start"], document["glyphs"][0]["characters"][0]["end"]
    assert (start, end) == (0, 1)


def test_all_canvases_and_locales(folder: Path) -> None:
    results = json.loads(run("compile", "sale.poster", "--canvas", "all", "--locale", "all", "--json").stdout)["results"]
    assert [(item["canvas"]["name"], item["locale"]) for item in results] == [
        ("feed", "en"), ("feed", "de"), ("story", "en"), ("story", "de"),
    ]  # fmt: skip
    assert results[1]["glyphs"][0]["text"] == "SOMMER"


def test_render_writes_picture_and_record(folder: Path) -> None:
    result = json.loads(run("render", "sale.poster", "-p", "price=9.99", "-o", "a.png", "--json").stdout)
    assert result["passed"] is True
    assert (result["status"], result["image"], result["record"]) == ("passed", "a.png", "a.record.json")
    assert [slogan["status"] for slogan in result["verdict"]["slogans"]] == ["passed", "passed", "typeset"]
    record = json.loads(Path("a.record.json").read_text("utf-8"))
    assert record["params"]["headline"] == "SUMMER SALE"
    assert made_by_layoutgen(Path("a.png"))
    with Image.open("a.png") as picture:
        assert picture.size == (540, 675)


def test_the_same_poster_gives_the_same_bytes(folder: Path) -> None:
    run("render", "sale.poster", "-o", "a.png")
    run("render", "sale.poster", "-o", "b.png")
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()


@pytest.mark.parametrize("suffix", [".jpg", ".webp"])
def test_other_formats_carry_the_mark_too(folder: Path, suffix: str) -> None:
    run("render", "sale.poster", "-o", f"a{suffix}")
    assert made_by_layoutgen(Path(f"a{suffix}"))


def test_a_folder_for_several(folder: Path) -> None:
    run("render", "sale.poster", "--canvas", "all", "--locale", "all", "-o", "out")
    assert sorted(path.name for path in Path("out").glob("*.png")) == [
        "sale-feed-de.png", "sale-feed-en.png", "sale-story-de.png", "sale-story-en.png",
    ]  # fmt: skip


def test_verify_passes_what_is_right_and_fails_what_is_not(folder: Path) -> None:
    run("render", "sale.poster", "-o", "a.png")
    assert json.loads(run("verify", "a.png", "sale.poster", "--json").stdout)["passed"] is True
    spoil(Path("a.png"))
    verdict = json.loads(run("verify", "a.png", "sale.poster", "--json", code=3).stdout)
    assert verdict["status"] == "failed"
    assert [(item["id"], item["passed"]) for item in verdict["slogans"]] == [("header.headline", False), ("offer.1", True)]


def test_verify_of_another_price_fails(folder: Path) -> None:
    run("render", "sale.poster", "-p", "price=9.99", "-o", "a.png")
    verdict = json.loads(run("verify", "a.png", "sale.poster", "-p", "price=9.98", "--json", code=3).stdout)
    assert [item["status"] for item in verdict["slogans"]] == ["passed", "passed", "failed"]


def test_a_picture_that_fails_never_takes_the_name(folder: Path) -> None:
    """The white on white headline is drawn, but cannot be read: the older picture must not stay where it could be published."""
    run("render", "sale.poster", "-o", "a.png")
    before = Path("a.png").read_bytes()
    hidden = POSTER.replace("color: #FFF8E7", "color: #0B3C5D").replace("gradient(#0B3C5D, #14202B)", "#0B3C5D")
    Path("sale.poster").write_text(hidden, encoding="utf-8")
    result = json.loads(run("render", "sale.poster", "-o", "a.png", "--json", code=3).stdout)
    assert result["passed"] is False
    assert result["image"] == "a.failed.png"
    assert not Path("a.png").exists()
    assert Path("a.stale.png").read_bytes() == before
    assert Path("a.failed.png").exists()
    Path("sale.poster").write_text(POSTER, encoding="utf-8")
    run("render", "sale.poster", "-o", "a.png")
    assert Path("a.png").read_bytes() == before
    assert not Path("a.failed.png").exists()


def test_a_picture_of_somebody_else_is_left_alone(folder: Path) -> None:
    Image.new("RGB", (10, 10)).save("a.png")
    before = Path("a.png").read_bytes()
    hidden = POSTER.replace("color: #FFF8E7", "color: #0B3C5D").replace("gradient(#0B3C5D, #14202B)", "#0B3C5D")
    Path("sale.poster").write_text(hidden, encoding="utf-8")
    run("render", "sale.poster", "-o", "a.png", code=3)
    assert Path("a.png").read_bytes() == before


def test_edited_conditions(folder: Path) -> None:
    edited = json.loads(run("compile", "sale.poster", "--renderer", "draft", "--json").stdout)
    edited["scene"]["fill"] = "#114422"
    Path("c.json").write_text(json.dumps(edited), encoding="utf-8")
    run("render", "sale.poster", "--conditions", "c.json", "--renderer", "draft", "-o", "a.png")
    with Image.open("a.png") as picture:
        red, green, blue = picture.convert("RGB").getpixel((2, 600))  # type: ignore[misc]
    assert green > red
    assert green > blue


@pytest.mark.parametrize("template", starter_names())
def test_what_new_says_comes_next_works(folder: Path, template: str) -> None:
    messages = run("new", template, "mine").stderr
    command = re.search(r"next: layoutgen (.*)", messages)
    assert command is not None
    run("check", f"mine/{template}.poster")
    run(*command[1].split())
    assert Path(f"{template}.preview.png").exists()


def test_list_shows_weights_for_people(folder: Path) -> None:
    lines = {line.split("  ")[0]: line for line in run("list", "faces").stdout.splitlines()}
    assert "  400  " in lines["Anton"]
    assert "  100–900  " in lines["Noto Sans"]


def test_a_picture_is_no_poster(folder: Path) -> None:
    Image.new("RGB", (8, 8)).save("sale.png")
    messages = run("render", "sale.png", code=1).stderr
    assert "`sale.png` is a picture (PNG), not a text" in messages
    assert "did you mean `sale.poster`?" in messages


def test_nothing_can_be_given_for_an_optional_param(folder: Path) -> None:
    text = POSTER.replace("price: money(EUR)?", "price: money(EUR)? = 9.99").replace("language en, de\n", "")
    (folder / "a.poster").write_text(text, encoding="utf-8")

    def overlays(*given: str) -> int:
        return len(json.loads(run("compile", "a.poster", *given, "--renderer", "draft", "--json").stdout)["overlays"])

    assert (overlays(), overlays("-p", "price="), overlays("-p", "price=5")) == (1, 0, 1)


def test_new_starts_a_poster_that_renders(folder: Path) -> None:
    run("new", "sale", "mine")
    run("check", "mine/sale.poster")
    run("render", "mine/sale.poster", "-o", "mine/sale.png")


def test_usage(folder: Path) -> None:
    run("render", "--colour", code=2)
    run("preview", "sale.poster", "--canvas", "poster", code=2)
    run("render", "sale.poster", "-p", "headline", code=2)
    run("render", "sale.poster", "--renderer", "crayon", code=2)


def test_errors_as_json(folder: Path) -> None:
    document = json.loads(run("render", "sale.poster", "-p", "prise=9.99", "--json", code=1).stdout)
    assert document["ok"] is False
    assert document["diagnostics"][0]["code"] == "LG700"
    assert not list(Path().glob("*.png"))


def bomb() -> bytes:
    """A PNG of a few hundred bytes that claims 100,000 by 100,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


BAD = {
    "not UTF-8": ("base64:cG9zdGVyIDEgIkdy/N9lIgo=", 1, "LG113"),
    "empty": ("", 1, "LG114"),
    "10 MB": ("repeat:10000000:x", 1, "LG115"),
    "nested blocks": ('poster 1 "A"\n' + "a {" * 10_000 + "}" * 10_000, 1, "LG111"),
    "missing use": ('poster 1 "A"\nuse "no.kit"\n', 1, None),
    "looping use": ('poster 1 "A"\nuse "a.kit"\nregion r { slogan "x" }\n', 1, None),
    "outside the project": ('poster 1 "A"\nregion r { slogan "x" }\nimage i "../../etc/passwd.png"\n', 1, None),
    "not a picture": ('poster 1 "A"\nregion r { slogan "x" }\nimage i "text.png"\n', 1, None),
    "a decompression bomb": ('poster 1 "A"\nregion r { slogan "x" }\nimage i "bomb.png"\n', 1, None),
    "a huge canvas": ('poster 1 "A"\ncanvas a 100000x100000\nregion r { slogan "x" }\n', 1, None),
    "a missing param": ('poster 1 "A"\nparam p: text\nregion r { slogan "{{ p }}" }\n', 1, "LG701"),
    "text that cannot fit": (
        'poster 1 "A"\ncanvas a 400x400\nregion r { size: 5% x 2%; slogan "Far too much text for this" }\n',
        1,
        None,
    ),
    "a font without the glyphs": ('poster 1 "A"\nfont f "Anton"\nregion r { slogan "通义千问" { font: f } }\n', 1, None),
    "a broken font file": ('poster 1 "A"\nfont f "broken.ttf"\nregion r { slogan "x" { font: f } }\n', 1, None),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One clear coded message, nothing written, the right exit code."""
    text, exit_code, code = BAD[name]
    monkeypatch.chdir(tmp_path)
    Path("a.poster").write_bytes(content(text))
    Path("a.kit").write_text('kit 1 "A"\nuse "b.kit"\n')
    Path("b.kit").write_text('kit 1 "B"\nuse "a.kit"\n')
    Path("text.png").write_text("no picture")
    Path("bomb.png").write_bytes(bomb())
    Path("broken.ttf").write_bytes(b"\x00\x01\x00\x00 broken")
    before = sorted(Path().iterdir())
    result = run("render", "a.poster", "-o", "a.png", "--renderer", "draft", code=exit_code)
    assert sorted(Path().iterdir()) == before
    errors = [line for line in result.stderr.splitlines() if line.startswith("error[")]
    assert len(errors) == 1, result.stderr
    if code:
        assert errors[0].startswith(f"error[{code}]")


@pytest.mark.parametrize(("given", "code"), [("prise=1", "LG700"), ("price=cheap", "LG7"), ("price=9,99", "LG7")])
def test_bad_params(folder: Path, given: str, code: str) -> None:
    result = run("render", "sale.poster", "-p", given, "-o", "a.png", code=1)
    assert f"error[{code}" in result.stderr
    assert not Path("a.png").exists()


def test_python_interface(folder: Path) -> None:
    poster = layoutgen.load("sale.poster")
    with layoutgen.open_renderer("draft") as renderer:
        result = layoutgen.render(poster, params={"headline": "FINAL DAYS"}, canvas="story", seed=7, renderer=renderer)
    assert (result.status, result.passed) == ("passed", True)
    assert result.record.conditions.seed == 7
    assert result.save("final.png") == Path("final.png")
    hidden = layoutgen.load(folder / "sale.poster")
    wrong = layoutgen.render(hidden, params={"headline": "OTHER"}, renderer="draft")
    failed = wrong.record.model_copy(update={"passed": False, "status": "failed"})
    with pytest.raises(layoutgen.WordsWrong):
        layoutgen.Result(wrong.image, failed).save("b.png")
    assert not Path("b.png").exists()
    assert layoutgen.Result(wrong.image, failed).save("c.png", allow_failed=True) == Path("c.failed.png")
    with pytest.raises(layoutgen.PosterError):
        layoutgen.render(poster, params={"headlin": "x"})


NARROW = """
poster 1 "Sale"
canvas feed 1080x1350, story 1080x1920, banner 1200x628
backdrop { fill: #FFFFFF }
region r { at: top of canvas; size: 60% x 4%; slogan "Everything in store, this week only" { lines: 1; min-size: 24px } }
"""


def test_messages_about_some_canvases_name_them(folder: Path) -> None:
    (folder / "a.poster").write_text(NARROW, encoding="utf-8")
    checked = json.loads(run("check", "a.poster", "--json", code=1).stdout)["diagnostics"]
    assert [(item["code"], item["canvas"]) for item in checked if item["severity"] == "error"] == [("LG313", "banner")]
    assert "\n  canvas: banner\n" in run("compile", "a.poster", "--canvas", "banner", code=1).stderr
    run("compile", "a.poster", "--canvas", "story")


def test_what_is_said_of_all_canvases_is_said_once() -> None:
    diagnostics = [
        Diagnostic("LG300", "x", canvas=canvas, locale=locale) for locale in ("en", "de") for canvas in ("feed", "story")
    ]
    assert merged(diagnostics) == (Diagnostic("LG300", "x", canvas="feed, story", locale="en, de"),)
    assert merged(diagnostics, ["feed", "story"], ["en", "de"]) == (Diagnostic("LG300", "x"),)
    assert merged(diagnostics[:3], ["feed", "story"], ["en", "de"]) == (
        Diagnostic("LG300", "x", locale="en"),
        Diagnostic("LG300", "x", canvas="feed", locale="de"),
    )


def test_doctor_is_well_without_what_is_optional() -> None:
    """One line for each renderer; weights that are not here are no fault of the installation."""
    result = CliRunner().invoke(app, ["doctor", "--json"])
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert report["ok"]
    names = [item["what"] for item in report["findings"]]
    assert {"draft", "mini", "glm"} <= set(names)
    assert len(names) == len(set(names))
