"""Rows from everywhere: read exactly, checked as a whole, refused in one clear line, and never anything but data."""

from __future__ import annotations

import io
import json
import sqlite3
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel

import layoutgen
from layoutgen.campaign import Campaign, read_rows
from layoutgen.campaign.data.select import identified
from layoutgen.campaign.data.sources import READERS
from layoutgen.campaign.file_names import default_template, name_of, no_two_alike, read_naming
from layoutgen.language.values import Percent
from tests.campaign.factories import POSTER, command, make, pictures, rows, write


def values(source: object, **how: Any) -> list[dict[str, object]]:
    return [dict(row.values) for row in read_rows(source, **how).rows]


def codes(source: object, **how: Any) -> list[str]:
    with pytest.raises(layoutgen.PosterError) as caught:
        read_rows(source, **how)
    assert all(len(item.render_text().splitlines()) <= 5 for item in caught.value.diagnostics)
    return [item.code for item in caught.value.diagnostics]


def test_messages_name_every_suffix_that_is_read(tmp_path: Path) -> None:
    with pytest.raises(layoutgen.PosterError) as caught:
        read_rows(tmp_path / "rows.docx")
    assert ", ".join(READERS) in caught.value.diagnostics[0].hint


PLAIN = [{"sku": "A1", "name": 'Ball, "red"', "price": "9.99"}, {"sku": "A2", "name": "Größe", "price": "1.00"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_dialect_of_csv(tmp_path: Path, delimiter: str, encoding: str, end: str) -> None:
    cells = [["sku", "name", "price"], ["A1", '"Ball, ""red"""', "9.99"], ["A2", "Größe", "1.00"]]
    path = tmp_path / "rows.csv"
    path.write_bytes((end.join(delimiter.join(line) for line in cells) + end).encode(encoding))
    assert values(path) == PLAIN


def test_old_encodings_are_found_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes("sku;name\nA1;Größe für Füße, schöne Grüße aus Köln\n".encode("cp1252"))
    table = read_rows(path)
    assert table.rows[0].values["name"] == "Größe für Füße, schöne Grüße aus Köln"
    assert [note.code for note in table.notes] == ["LG803"]
    assert read_rows(path, encoding="cp1252").notes == ()


def test_json_lines_and_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json").write_text('[{"sku": "A1", "price": 9.99}]')
    (tmp_path / "b.jsonl").write_text('{"sku": "A1", "price": 9.99}\n\n')
    expected = [{"sku": "A1", "price": Decimal("9.99")}]
    assert values(tmp_path / "a.json") == values(tmp_path / "b.jsonl") == expected
    for text in (
        '[{"sku": "A1", "price": 9.99}]',
        '{"rows": \n[{"sku": "A1", "price": 9.99}]}',
        '{"sku": "A1", "price": 9.99}\n',
    ):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert values("-") == expected


def test_excel(tmp_path: Path) -> None:
    """Percent cells, dates, numbers as they are shown; formulas by their last value, which openpyxl does not compute."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    for line in (["sku", "price", "off", "rate"], [12, 49.99, 0.5, 0.1 + 0.2], [13, 5, 0.25, None]):
        sheet.append(line)
    for cell in ("C2", "C3"):
        sheet[cell].number_format = "0%"
    book.save(tmp_path / "rows.xlsx")
    assert values(tmp_path / "rows.xlsx") == [
        {"sku": 12, "price": Decimal("49.99"), "off": Percent(Decimal("0.5")), "rate": Decimal("0.3")},
        {"sku": 13, "price": 5, "off": Percent(Decimal("0.25")), "rate": None},
    ]
    sheet["B2"] = "=SUM(1,2)"
    book.save(tmp_path / "rows.xlsx")
    assert codes(tmp_path / "rows.xlsx") == ["LG809"]
    assert codes(tmp_path / "rows.xlsx", sheet="Prices") == ["LG808"]


def test_what_a_program_has(tmp_path: Path) -> None:
    @dataclass
    class Made:
        sku: str
        price: Decimal

    class Pair(NamedTuple):
        sku: str
        price: Decimal

    class Model(BaseModel):
        sku: str
        price: Decimal

    price = Decimal("9.99")
    expected = [{"sku": "A1", "price": price}]
    for item in (Made("A1", price), Model(sku="A1", price=price), Pair("A1", price), {"sku": "A1", "price": price}):
        assert values(one for one in [item]) == expected
    connection = sqlite3.connect(":memory:")
    assert values(connection.execute("SELECT 'A1' AS sku, 5 AS price")) == [{"sku": "A1", "price": 5}]
    with sqlite3.connect(tmp_path / "a.db") as database:
        database.execute("CREATE TABLE offers AS SELECT 'A1' AS sku, '9.99' AS price")
    assert values(tmp_path / "a.db", query="SELECT * FROM offers") == [{"sku": "A1", "price": "9.99"}]
    assert codes(tmp_path / "a.db", query="DELETE FROM offers") == ["LG815"]
    assert values(tmp_path / "a.db", query="SELECT sku FROM offers") == [{"sku": "A1"}]


def test_a_frame() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"sku": [1, 2], "price": [9.99, None], "day": pandas.to_datetime(["2026-06-01", None])})
    (first, second) = values(frame)
    assert (first["sku"], first["price"], str(first["day"])) == (1, Decimal("9.99"), "2026-06-01 00:00:00")
    assert (second["price"], second["day"]) == (None, None)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", b"", "LG804"),
        ("header.csv", b"sku,price\n", "LG804"),
        ("blank.csv", b"\n\n , \n", "LG804"),
        ("zero.csv", b"sku,price\nA1,\x00\n", "LG802"),
        ("twice.csv", b"sku,sku\n1,2\n", "LG805"),
        ("short.csv", b"sku,price\nA1\n", "LG806"),
        ("quote.csv", b'sku,price\n"A1,9.99\n', "LG806"),
        ("wide.csv", ",".join(f"c{n}" for n in range(3000)).encode() + b"\n", "LG805"),
        ("cell.csv", b"sku,price\nA1," + b"x" * 10_000_001 + b"\n", "LG806"),
        ("deep.json", b"[" * 100_000, "LG807"),
        ("bad.xlsx", b"PK\x03\x04 no", "LG808"),
        ("gone.csv", None, "LG901"),
        ("what.docx", b"x", "LG800"),
    ],
)
def test_one_clear_line_each(tmp_path: Path, name: str, content: bytes | None, code: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert codes(tmp_path / name) == [code]


def test_a_cell_of_a_million_characters_is_one_line_with_its_place(tmp_path: Path) -> None:
    poster, data = write(tmp_path, data=f"sku,name,price\nA1,{'x' * 1_000_000},9.99\n")
    with pytest.raises(layoutgen.PosterError) as caught:
        Campaign(poster, data, key="sku", renderer="draft")
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, diagnostic.data) == ("LG715", "rows.csv row 2 column name")
    assert len(diagnostic.render_text()) < 400


def test_a_sheet_of_200_columns(tmp_path: Path) -> None:
    spare = [f"spare{number}" for number in range(197)]
    line = ",".join(["A1", "Ball", "9.99", *("x" for _ in spare)])
    poster, data = write(tmp_path, data=f"sku,name,price,{','.join(spare)}\n{line}\n")
    with Campaign(poster, data, key="sku", renderer="draft") as campaign:
        (note,) = campaign.notes
    assert note.code == "LG801"
    assert "197 columns" in note.message
    assert len(note.render_text()) < 400


def test_all_bad_cells_are_in_one_report(tmp_path: Path) -> None:
    poster, data = write(tmp_path, data='sku,name,price\nA1,Ball,"9,99"\nA2,,5.00\nA3,Ball,-1\n')
    with pytest.raises(layoutgen.PosterError) as caught:
        Campaign(poster, data, key="sku", renderer="draft")
    places = {(item.data, item.code) for item in caught.value.diagnostics}
    assert places == {
        ("rows.csv row 2 column price", "LG706"),
        ("rows.csv row 3", "LG701"),
        ("rows.csv row 4 column price", "LG703"),
    }
    assert all(item.hint for item in caught.value.diagnostics)
    assert "9,99" in str(caught.value)


def test_number_styles(tmp_path: Path) -> None:
    poster, data = write(tmp_path, data='sku;name;price\nA1;Ball;"1.234,50"\n')
    with Campaign(poster, data, key="sku", renderer="draft", numbers="de") as campaign:
        assert campaign.jobs[0].values["price"] == "1234.50 EUR"


def test_duplicate_and_missing_keys() -> None:
    with pytest.raises(layoutgen.PosterError) as caught:
        identified(read_rows([{"sku": "A", "n": 1}, {"sku": "A", "n": 2}, {"sku": " ", "n": 3}]), "sku")
    assert [item.code for item in caught.value.diagnostics] == ["LG810", "LG810"]
    with pytest.raises(layoutgen.PosterError, match="says the same as"):
        identified(read_rows([{"n": 1}, {"n": 1}]), None)


NASTY = ['=cmd|"/c calc"!A1', "{{ 7 * 7 }}", "{% raw %}", '") { at: top }', "\u202eabc", "${HOME} `id`", "<b>&amp;", "a}b{c"]


def test_spreadsheet_text_is_data(tmp_path: Path) -> None:
    """Formulas, braces, quotes and marks of direction change no structure and run nothing; they are words to be drawn."""
    poster, _ = write(tmp_path, POSTER.replace("1..30", "1..60"))
    data = [{"sku": f"{number} {text}", "name": text, "price": "1.00"} for number, text in enumerate(NASTY)]
    with Campaign(poster, data, key="sku", renderer="draft") as campaign:
        jobs = campaign.jobs
        assert [job.values["name"] for job in jobs] == NASTY
        run = campaign.run(tmp_path / "out")
        words = {result.row: result.entry.words[0].expected for result in run}
        assert run.summary().exit_code == 0
    assert list(words.values()) == NASTY
    assert all(path.resolve().is_relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*.png"))
    assert len(pictures(tmp_path / "out")) == len(NASTY)


@pytest.mark.parametrize(
    ("key", "expected"),
    [("A/1", "A_1.png"), ("a b\tc", "a_b_c.png"), ("\u202ex\u202c", "x.png"), ("é", "é.png"), ('<>:"|?*', None), ("COM1", None),
     ("..", None), ("a" * 180, None), ("x.", "x..png")],
)  # fmt: skip
def test_names_are_safe_everywhere(key: str, expected: str | None) -> None:
    naming = read_naming(default_template(1, 1), ["sku"], {"feed": ""})

    def name() -> str:
        return name_of(naming, {"sku": key}, key=key, canvas="feed", locale="en", poster="card", where="row 2")

    if expected is None:
        with pytest.raises(layoutgen.PosterError, match="LG821"):
            name()
    else:
        assert name() == expected


def test_names_that_some_system_takes_for_one() -> None:
    for pair in (("a.png", "A.png"), ("é.png", "é.png"), ("a.png", "a.jpg"), ("ﬁ.png", "fi.png")):
        with pytest.raises(layoutgen.PosterError, match="LG820"):
            no_two_alike((name, "row") for name in pair)


def test_pictures_of_rows_lie_in_the_assets_folder_and_count_by_their_bytes(tmp_path: Path) -> None:
    from PIL import Image

    assets = tmp_path / "assets"
    assets.mkdir()
    Image.new("RGB", (40, 40), "red").save(assets / "ball.png")
    write(
        tmp_path / "project",
        POSTER.replace(
            "backdrop", 'param photo: image\nimage photo "{{ photo }}" { at: bottom of canvas; width: 10% }\nbackdrop', 1
        ).replace("region r {", "region r { at: top of canvas; size: 90% x 60%; "),
    )
    poster = tmp_path / "project/card.poster"
    data = [{**rows(1)[0], "photo": "ball.png"}]
    with pytest.raises(layoutgen.PosterError, match="LG712"):
        Campaign(poster, data, key="sku", renderer="draft")
    assert make(tmp_path, data, poster, assets=assets).made == 1
    assert make(tmp_path, data, poster, assets=assets).made == 0
    Image.new("RGB", (40, 40), "blue").save(assets / "ball.png")
    again = make(tmp_path, data, poster, assets=assets)
    assert (again.made, again.retired) == (1, 1)
    Image.new("RGB", (40, 40), "red").save(tmp_path / "secret.png")
    outside = [{**rows(1)[0], "photo": "../secret.png"}]
    with pytest.raises(layoutgen.PosterError, match="LG712"):
        Campaign(poster, outside, key="sku", renderer="draft", assets=assets)


def test_the_command_line(tmp_path: Path) -> None:
    poster, data = write(tmp_path)
    dry = command(
        "campaign",
        poster,
        "--data",
        data,
        "--key",
        "sku",
        "--renderer",
        "draft",
        "-o",
        "out",
        "--dry-run",
        "--json",
        cwd=tmp_path,
    )
    report = json.loads(dry.stdout)
    assert (report["jobs"], report["to_do"], report["stale"]) == (3, 3, [])
    assert report["estimate"]["basis"] == "one job on trial"
    assert report["estimate"]["seconds"] > 0
    assert not (tmp_path / "out").exists()
    done = command(
        "campaign", poster, "--data", data, "--key", "sku", "--renderer", "draft", "-o", "out", "--json", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["passed"] == 3
    data.write_text("sku,name,price\nA0,Ball 0,8.88\nA1,Ball 1,9.99\n")
    refused = command("publish", "out", "site", "--json", cwd=tmp_path)
    assert refused.returncode == 3
    assert [item["name"] for item in json.loads(refused.stdout)["mismatches"]] == ["A0.png"]
    assert not (tmp_path / "site").exists() or not pictures(tmp_path / "site")
    sheet = command(
        "campaign", poster, "--data", data, "--key", "sku", "--renderer", "draft", "-o", "out", "--preview", cwd=tmp_path
    )
    assert sheet.returncode == 0, sheet.stderr
    assert (tmp_path / "out/preview.png").is_file()
