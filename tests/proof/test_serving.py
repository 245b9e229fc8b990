"""The command as it runs: HTTP, server-sent events, what is refused, every file that is used, Ctrl-C."""

from __future__ import annotations

import http.client
import io
import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image
from typer.testing import CliRunner

from layoutgen.cli.main import app
from layoutgen.diagnostics.codes import codes
from tests.proof.factories import GERMAN, KIT, POSTER, Events, Served, font_file, make, served


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("proof")
    make(folder)
    with served(folder) as running:
        yield running


@pytest.fixture
def events(proof: Served) -> Iterator[Events]:
    make(proof.folder)
    loaded = proof.events().until(lambda one: one.head["good"] and one.head["sources"][0]["text"] == POSTER)
    drawn = loaded.drawn()
    yield drawn
    drawn.close()


def ask(proof: Served, path: str, method: str = "GET", body: str | None = None, **headers: str) -> tuple[int, Any, bytes]:
    """`path` below the token, or from the root when it begins with a slash."""
    parts = urlsplit(proof.address)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port or 0, timeout=20)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path if path.startswith("/") else parts.path + path, body, given)
    answer = connection.getresponse()
    result = answer.status, answer.headers, answer.read()
    connection.close()
    return result


def test_the_page_and_its_parts(proof: Served, events: Events) -> None:
    for path, kind in (("", "text/html"), ("proof.css", "text/css"), ("proof.js", "text/javascript")):
        status, headers, body = ask(proof, path)
        assert (status, headers.get_content_type()) == (200, kind)
        assert body
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"  # the token stays here
    status, _, explanation = ask(proof, "explain/LG204")
    assert status == 200
    for word in ("LG204", codes()["LG204"].title, *codes()["LG204"].explain.split()):
        assert word in explanation.decode()
    for one in events.shown:
        status, _, picture = ask(proof, f"pictures/{one['key']}.jpg")
        assert status == 200
        assert Image.open(io.BytesIO(picture)).size == (one["width"], one["height"])
    assert ask(proof, f"pictures/{'0' * 24}.jpg")[0] == 404


def test_strangers_are_refused(proof: Served) -> None:
    host = urlsplit(proof.address).netloc
    assert ask(proof, "", Host="evil.example")[0] == 403
    assert ask(proof, "", Host="127.0.0.1")[0] == 403
    assert ask(proof, "", Origin="http://evil.example")[0] == 403
    assert ask(proof, "", Origin="null")[0] == 403
    assert ask(proof, "events", Sec_Fetch_Site="cross-site")[0] == 403
    assert ask(proof, "", Origin=f"http://{host}", Sec_Fetch_Site="same-origin")[0] == 200
    assert ask(proof, "", Host=host.replace("127.0.0.1", "localhost"))[0] == 200
    assert ask(proof, "visible", "POST", "[]", Origin="http://evil.example", Content_Type="application/json")[0] == 403


@pytest.mark.parametrize(
    "path",
    [
        "/", "/proof.js", "/wrong/", "/wrong/proof.js", "/events", "sale.poster",
        "pictures/../../sale.poster", "../sale.poster",
        "%2e%2e/sale.poster", "pictures/%2e%2e%2f%2e%2e%2fsale.poster", "explain/../../../etc/passwd", "index.html", "rows",
    ],
)  # fmt: skip
def test_there_is_nothing_else(proof: Served, path: str) -> None:
    status, _, body = ask(proof, path)
    assert status == 404
    assert body == b"Not Found\n"


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("visible", "{}", "application/json"),
        ("visible", "[1]", "application/json"),
        ("visible", "[", "application/json"),
        ("visible", "[]", "text/plain"),
        ("rows", '{"offset": "1", "query": ""}', "application/json"),
        ("rows", json.dumps({"offset": 0, "query": "x" * 300_000}), "application/json"),
    ],
)
def test_what_a_page_may_not_send(proof: Served, path: str, body: str, kind: str) -> None:
    assert ask(proof, path, "POST", body, Content_Type=kind)[0] == 400


def test_only_this_machine_is_served(proof: Served) -> None:
    port = urlsplit(proof.address).port or 0
    own = socket.gethostbyname(socket.gethostname())
    if own.startswith("127."):
        pytest.skip("this machine has no other address")
    with pytest.raises(OSError, match=r"."), socket.create_connection((own, port), timeout=3):
        pass


def test_a_save_is_told_with_what_changed_only(proof: Served, events: Events) -> None:
    before = events.keys()
    (proof.folder / "sale.poster").write_text(POSTER.replace("90% x 32%", "90% x 28%"))
    events.until(lambda one: sum(one.keys()[name] != key for name, key in before.items()) == 2).drawn()
    assert {name for name, key in before.items() if events.keys()[name] != key} == {"\nstory\nen", "\nstory\nde"}


def test_a_mistake_keeps_the_last_good_pictures(proof: Served, events: Events) -> None:
    before = events.keys()
    (proof.folder / "sale.poster").write_text(POSTER.replace("below: header", "below: heder"))
    events.until(lambda one: not one.head["good"] and not any(item["good"] for item in one.shown))
    assert events.keys() == before
    assert [message["code"] for message in events.head["messages"]] == ["LG204"]
    (proof.folder / "sale.poster").write_text(POSTER)
    events.until(lambda one: one.head["good"]).drawn()
    assert events.keys() == before
    assert events.head["messages"] == []


def test_every_file_that_is_used_counts(proof: Served, events: Events) -> None:
    folder = proof.folder

    def all_new(ending: str = "") -> None:
        """Every picture of a language, or of all, is another one than before; those of others are the same."""
        before = events.keys()
        events.until(lambda one: all((one.keys()[name] != key) == name.endswith(ending) for name, key in before.items()))

    (folder / "brand.kit").write_text(KIT.replace("#0B3C5D", "#3C0B5D"))
    all_new()
    (folder / "sale.de.json").write_text(json.dumps({**GERMAN, "Up to 50% off": "Jetzt sparen"}, indent=2))
    all_new("de")
    Image.new("RGB", (80, 80), "#00FF00").save(folder / "logo.png")
    all_new()
    (folder / "new.ttf").write_bytes(font_file("lobster").read_bytes())
    (folder / "new.ttf").replace(folder / "house.ttf")
    all_new()
    name = "\nstory\nde"
    story = ask(proof, f"pictures/{events.keys()[name]}.jpg")[2]
    # It is drawn with the new font, not with what was known of the old one.
    with served(folder) as again:
        fresh = again.events().drawn()
        assert ask(again, f"pictures/{fresh.keys()[name]}.jpg")[2] == story
        fresh.close()


def test_a_font_that_was_added_counts_as_well(proof: Served, events: Events) -> None:
    (proof.folder / "late.ttf").write_bytes(font_file("anton").read_bytes())
    (proof.folder / "sale.poster").write_text(
        POSTER.replace("region offer {", 'font late "late.ttf"\nregion offer { font: late; ')
    )
    events.until(lambda one: "late.ttf" in one.head["sources"][0]["text"]).drawn()
    before = events.keys()
    (proof.folder / "late.ttf").write_bytes(font_file("lobster").read_bytes())
    events.until(lambda one: all(one.keys()[name] != key for name, key in before.items()) and one.drawn())
    offer = next(box for box in events.shown[0]["boxes"] if box["id"] == "offer.1")
    with served(proof.folder) as again:
        fresh = again.events().drawn()
        assert next(box for box in fresh.shown[0]["boxes"] if box["id"] == "offer.1") == offer
        fresh.close()


def test_a_missing_picture_may_come(proof: Served, events: Events) -> None:
    (proof.folder / "sale.poster").write_text(POSTER.replace('"logo.png"', '"pictures/late.png"'))
    events.until(lambda one: [message["code"] for message in one.head["messages"]] == ["LG222"])
    (proof.folder / "pictures").mkdir()
    Image.new("RGB", (80, 80), "#00FF00").save(proof.folder / "pictures" / "late.png")
    events.until(lambda one: one.head["good"]).drawn()


def test_rows(tmp_path: Path) -> None:
    make(tmp_path)
    with served(tmp_path, "--data", "rows.csv") as proof:
        events = proof.events().drawn()
        assert (events.head["rows"]["total"], len(events.shown)) == (7, 12)
        kind = {"Content_Type": "application/json"}
        assert ask(proof, "rows", "POST", json.dumps({"offset": 3, "query": ""}), **kind)[0] == 200
        events.until(lambda one: one.head["rows"]["offset"] == 3).drawn()
        assert ask(proof, "rows", "POST", json.dumps({"offset": 0, "query": "offer 2"}), **kind)[0] == 200
        events.until(lambda one: one.head["rows"]["found"] == 1).drawn()
        assert {one["row"] for one in events.shown} == {"rows.csv row 3"}
        assert ask(proof, "rows", "POST", json.dumps({"offset": 0, "query": "nowhere"}), **kind)[0] == 200
        events.until(lambda one: one.head["rows"]["found"] == 0)
        assert events.shown == []
        assert ask(proof, "rows", "POST", json.dumps({"offset": 0, "query": "offer 2"}), **kind)[0] == 200
        events.until(lambda one: one.head["rows"]["found"] == 1).drawn()
        before = events.keys()
        rows = tmp_path / "rows.csv"
        rows.write_text(rows.read_text().replace("2.50", "2.40"))
        events.until(lambda one: all(key != before[name] for name, key in one.keys().items())).drawn()
        events.close()


def test_a_taken_port_and_the_end(proof: Served, tmp_path: Path) -> None:
    make(tmp_path)
    taken = urlsplit(proof.address).port or 0
    with served(tmp_path, "--port", str(taken)) as other:
        assert (urlsplit(other.address).port or 0) > taken
        events = other.events().drawn()
        other.wait_for("drawn in")
        other.process.send_signal(signal.SIGINT)
        assert other.process.wait(30) == 0
        events.close()
        messages = other.log.read_text("utf-8")
    assert "4 pictures drawn in" in messages
    assert messages.rstrip().endswith("ended")
    assert "Traceback" not in messages


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--watch", "-o", "a.png"], "writes no files"),
        (["--data", "rows.csv"], "`--data` is for the page"),
        (["--watch", "--numbers", "de"], "`--numbers` says how rows are read"),
    ],
)
def test_options_that_do_not_go_together(
    options: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["preview", "sale.poster", *options])
    assert result.exit_code == 2
    assert "[LG950]" in result.stderr
    assert message in result.stderr
