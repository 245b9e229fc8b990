"""Languages and translations."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from layoutgen.diagnostics import Collector, Source
from layoutgen.language.params.declare import bind_params, declare_param
from layoutgen.language.strings.locales import Translations, canonical_locale, direction
from layoutgen.language.strings.templates import CompiledString, compile_string
from layoutgen.language.values import BadValue
from layoutgen.syntax import nodes, parse
from tests.goldens import check_golden

GOLDENS = Path(__file__).parent / "locales"
POSTER = """poster 1 "Sale"
param headline: text = "SUMMER SALE"
region r {
  slogan "{{ headline }}"
  slogan "Up to {{ discount }} off"
  slogan "Don't say \\"no\\"\\ntwice"
  slogan "{{ price }}"
  slogan "Only today"
}
"""
KNOWN = {"headline": None, "discount": None, "price": None, "dish": ("name",)}


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("de-at", "de-AT"),
        ("zh-HANT-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("sl-rozaj", "sl-rozaj"),
        ("haw", "haw"),
        ("co", "co"),
    ],
)
def test_canonical(tag: str, expected: str) -> None:
    assert canonical_locale(tag) == expected


@pytest.mark.parametrize(
    ("tag", "message", "hint"),
    [
        ("english", "`english` is not a language tag", "for example en, de-AT, zh-Hant"),
        ("de_AT", "`de_AT` is not a language tag", "write de-AT"),
        ("jp", "there is no language `jp`", "did you mean `ja`?"),
        ("qx", "there is no language `qx`", "a language has two or three letters of ISO 639: en, de, zh"),
        ("", "`` is not a language tag", "for example en, de-AT, zh-Hant"),
        ("en-", "`en-` is not a language tag", "for example en, de-AT, zh-Hant"),
        ("en-US-x", "`x` in `en-US-x` is not part of a language tag", "for example en, de-AT, zh-Hant"),
    ],
)
def test_not_a_language(tag: str, message: str, hint: str) -> None:
    with pytest.raises(BadValue) as caught:
        canonical_locale(tag)
    assert (caught.value.code, caught.value.message, caught.value.hint) == ("LG270", message, hint)


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("ar", "rtl"), ("he-IL", "rtl"), ("fa", "rtl"), ("en", "ltr"), ("zh-Hant", "ltr"), ("az-Arab", "rtl"), ("ur-Latn", "ltr")],
)
def test_direction(locale: str, expected: str) -> None:
    assert direction(locale) == expected


def strings(text: str = POSTER) -> list[CompiledString]:
    file, _ = parse(Source("sale.poster", text))
    region = next(item for item in file.statements if item.kind.text == "region")
    assert region.body is not None
    found = []
    for slogan in region.body.statements:
        atom = slogan.head[0][0]
        assert isinstance(atom, nodes.Text)
        compiled = compile_string(atom, Collector())
        assert compiled is not None
        found.append(compiled)
    return found


def load(folder: Path, locale: str, *files: tuple[str, str | bytes]) -> tuple[Translations, Collector]:
    for name, content in files:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    collector = Collector()
    return Translations.load(folder / "sale.poster", locale, collector, "sale.poster"), collector


def reported(collector: Collector) -> str:
    return "\n\n".join(item.render_text() for item in collector.diagnostics) + "\n"


GERMAN = {
    "SUMMER SALE": "SOMMERSCHLUSSVERKAUF",
    "Up to {{ discount }} off": "Bis zu {{ discount }} günstiger",
    'Don\'t say "no"\ntwice': 'Sag nicht\nzweimal "nein"',
    "Only today": "Nur heute",
}


def po(entries: dict[str, str]) -> bytes:
    from babel.messages import Catalog, pofile

    catalog = Catalog(locale="de")
    for source, translation in entries.items():
        catalog.add(source, translation)
    out = io.BytesIO()
    pofile.write_po(out, catalog)
    return out.getvalue()


def mo(entries: dict[str, str]) -> bytes:
    from babel.messages import Catalog, mofile

    catalog = Catalog(locale="de")
    for source, translation in entries.items():
        catalog.add(source, translation)
    out = io.BytesIO()
    mofile.write_mo(out, catalog)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("sale.de.json", json.dumps(GERMAN)),
        ("sale.de.json", json.dumps(GERMAN, ensure_ascii=False, indent=2).replace("\n", "\r\n")),
        ("sale.de.po", po(GERMAN)),
        ("sale.de.mo", mo(GERMAN)),
    ],
    ids=["json", "json-crlf", "po", "mo"],
)
def test_translates(tmp_path: Path, name: str, content: str | bytes) -> None:
    translations, collector = load(tmp_path, "de", (name, content))
    scope = {"headline": translations.translate_value("SUMMER SALE"), "discount": "50%", "price": "5"}
    copy = [translations.of(string).evaluate(scope, "de") for string in strings()]
    assert copy == ["SOMMERSCHLUSSVERKAUF", "Bis zu 50% günstiger", 'Sag nicht\nzweimal "nein"', "5", "Nur heute"]
    translations.check([(string, KNOWN) for string in strings()], [], collector)
    assert [item.code for item in collector.diagnostics] == ["LG272"]  # the default is not among the strings


def test_defaults_are_translated(tmp_path: Path) -> None:
    translations, collector = load(tmp_path, "de", ("sale.de.json", json.dumps(GERMAN)))
    file, _ = parse(Source("sale.poster", POSTER))
    param = declare_param(file.statements[1], collector)
    assert param is not None
    assert bind_params([param], {}, translations=translations, collector=collector) == {"headline": "SOMMERSCHLUSSVERKAUF"}
    given = bind_params([param], {"headline": "Only today"}, translations=translations, collector=collector)
    assert given == {"headline": "Only today"}
    translations.check([(string, KNOWN) for string in strings()], [("SUMMER SALE", param.where)], collector)
    assert not collector.diagnostics


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    files = ("sale.de.json", '{"Only today": "de"}'), ("sale.de-AT.po", po({"Only today": "de-AT"}))
    string = strings()[-1]
    austria, _ = load(tmp_path, "de-AT", *files)
    swiss, _ = load(tmp_path, "de-CH")
    french, _ = load(tmp_path, "fr")
    assert [found.of(string).evaluate({}, "de") for found in (austria, swiss, french)] == ["de-AT", "de", "Only today"]
    assert french.path is None


def test_a_translation_may_use_filters_of_its_locale(tmp_path: Path) -> None:
    content = json.dumps({"Only today": '{{ headline | default("Nur \\"heute\\"") | upper }} {{ locale }}'})
    translations, collector = load(tmp_path, "de", ("sale.de.json", content))
    assert not collector.diagnostics
    assert translations.of(strings()[-1]).evaluate({"headline": None}, "de") == 'NUR "HEUTE" de'


def test_what_is_missing_or_unused(tmp_path: Path) -> None:
    content = '{\n  "Up to {{ discount }} off": "Jetzt günstiger",\n  "Only todya": "Nur heute",\n  "Only today": ""\n}\n'
    translations, collector = load(tmp_path, "de", ("sale.de.json", content))
    copy = strings()
    translations.check([(string, KNOWN) for string in copy], [("SUMMER SALE", copy[0].text.span)], collector)
    check_golden(GOLDENS / "missing.txt", reported(collector))


def test_no_sidecar_at_all(tmp_path: Path) -> None:
    translations, collector = load(tmp_path, "de")
    translations.check([(string, KNOWN) for string in strings()], [], collector)
    check_golden(GOLDENS / "no-sidecar.txt", reported(collector))


def test_nothing_to_translate_is_no_warning(tmp_path: Path) -> None:
    translations, collector = load(tmp_path, "de")
    translations.check(
        [(string, KNOWN) for string in strings('poster 1 "A"\nregion r { slogan "{{ price }}" }\n')], [], collector
    )
    assert not collector.diagnostics


BROKEN: dict[str, tuple[str, str | bytes]] = {
    "comma": ("sale.de.json", '{\n  "Only today": "Nur heute",\n}\n'),
    "empty": ("sale.de.json", ""),
    "list": ("sale.de.json", '["Only today"]'),
    "number": ("sale.de.json", '{"Up to {{ discount }} off": "x", "Only today": 5}'),
    "nested": ("sale.de.json", '{"Only today": {"de": "Nur heute"}}'),
    "deep": ("sale.de.json", "[" * 100_000),
    "twice": ("sale.de.json", '{"Only today": "Nur heute", "Only today": "Heute"}'),
    "not-utf-8": ("sale.de.json", '{"Only today": "günstig"}'.encode("latin-1")),
    "template": ("sale.de.json", '{\n  "Only today": "Nur\\n\\u00fcber \\"heute\\" {{ price | mony }}"\n}\n'),
    "name": ("sale.de.json", '{\n  "Only today": "\\ud83d\\ude00 {{ prise }} {{ dish.nme }}"\n}\n'),
    "po": ("sale.de.po", 'msgid "Only today"\nmsgstr Nur heute\n'),
    "po-plural": ("sale.de.po", 'msgid "Only today"\nmsgid_plural "Only days"\nmsgstr[0] "Heute"\nmsgstr[1] "Tage"\n'),
    "po-template": ("sale.de.po", '# a note\nmsgid ""\n"Only today"\nmsgstr ""\n"Nur {% if %}"\n'),
    "mo": ("sale.de.mo", b"\x00\x01\x02 nothing"),
    "mo-short": ("sale.de.mo", mo(GERMAN)[:40]),
    "mo-template": ("sale.de.mo", mo({"Only today": "Nur {{ prise | upper }}"})),
}


def test_broken_sidecars(tmp_path: Path) -> None:
    """Each is reported at its line, and what is missing is not counted when the file could not be read."""
    reports = []
    for name, file in BROKEN.items():
        folder = tmp_path / name
        folder.mkdir()
        translations, collector = load(folder, "de", file)
        translations.check([(string, KNOWN) for string in strings()[-1:]], [], collector)
        assert collector.failed, name
        reports.append(f"--- {name}\n{reported(collector)}")
    check_golden(GOLDENS / "broken.txt", "\n".join(reports))


def test_fuzzy_entries_are_missing(tmp_path: Path) -> None:
    content = '#, fuzzy\nmsgid "Only today"\nmsgstr "Nur heute"\n'
    translations, collector = load(tmp_path, "de", ("sale.de.po", content))
    assert not collector.diagnostics
    assert translations.of(strings()[-1]).evaluate({}, "de") == "Only today"
