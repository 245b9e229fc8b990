"""Languages of the copy: BCP 47 tags, writing direction, and translations beside the poster.

A sidecar (`sale.de.json`, `sale.de.po` or `sale.de.mo` beside `sale.poster`) maps each source string, exactly as
written between its quotes, to its translation. A translation is a string of the language like any other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from layoutgen.base.suggest import closest, listed
from layoutgen.diagnostics import Collector, PosterError, Span
from layoutgen.language.strings.catalogues import SIDECARS
from layoutgen.language.strings.templates import CompiledString, check_names, compile_string
from layoutgen.language.values import BadValue, shown
from layoutgen.syntax import nodes

_TAG = re.compile(
    r"(?P<language>[A-Za-z]{2,3})(-(?P<script>[A-Za-z]{4}))?(-(?P<region>[A-Za-z]{2}|[0-9]{3}))?(-(?P<variants>[A-Za-z0-9-]+))?"
)
_VARIANT = re.compile(r"[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}")
_COMMON = {
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it",
    "ja", "ko", "lt", "lv", "ms", "nb", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "sw", "ta", "th", "tr",
    "uk", "ur", "vi", "zh",
}  # fmt: skip
"""Known without loading Babel's data."""
_RTL_LANGUAGES = {
    "ar", "arc", "ckb", "dv", "fa", "glk", "he", "ks", "lrc", "mzn", "nqo", "pnb", "ps", "sd", "syr", "ug", "ur", "yi",
}  # fmt: skip
_RTL_SCRIPTS = {"Adlm", "Arab", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi"}


def canonical_locale(tag: str) -> str:
    """A BCP 47 tag in its usual letter case: `de-AT`, `zh-Hant`. Raises BadValue LG270."""
    match = _TAG.fullmatch(tag)
    if not match:
        hint = f"write {tag.replace('_', '-')}" if _TAG.fullmatch(tag.replace("_", "-")) else "for example en, de-AT, zh-Hant"
        raise BadValue("LG270", f"`{tag}` is not a language tag", hint)
    language = match["language"].lower()
    if language not in _COMMON and language not in _languages():
        raise BadValue("LG270", f"there is no language `{match['language']}`", _language_hint(tag))
    parts = [language, (match["script"] or "").title(), (match["region"] or "").upper()]
    for variant in (match["variants"] or "").split("-") if match["variants"] else ():
        if not _VARIANT.fullmatch(variant):
            raise BadValue("LG270", f"`{variant}` in `{tag}` is not part of a language tag", "for example en, de-AT, zh-Hant")
        parts.append(variant.lower())
    return "-".join(part for part in parts if part)


def _languages() -> Collection[str]:
    from babel import Locale

    return Locale("en").languages.keys()


def _language_hint(tag: str) -> str:
    likely = {"jp": "ja", "cn": "zh", "gr": "el", "cz": "cs", "dk": "da", "kr": "ko", "ua": "uk", "iw": "he", "se": "sv"}
    near = likely.get(tag[:2].casefold())
    return f"did you mean `{near}`?" if near else "a language has two or three letters of ISO 639: en, de, zh"


def direction(locale: str) -> Literal["ltr", "rtl"]:
    """The direction in which a locale is written, by its script or its language's usual one."""
    language, *rest = locale.split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), None)
    if script:
        return "rtl" if script.title() in _RTL_SCRIPTS else "ltr"
    return "rtl" if language.lower() in _RTL_LANGUAGES else "ltr"


@dataclass(frozen=True, eq=False)
class Translations:
    """The translations of one poster into one locale, compiled."""

    locale: str
    path: Path | None
    """The sidecar; None when there is none."""
    expected_file: Path
    """Where a sidecar would be written."""
    entries: Mapping[str, nodes.Text] = field(default_factory=dict)
    """By source string."""
    compiled: Mapping[str, CompiledString] = field(default_factory=dict)
    broken: bool = False
    """The sidecar could not be read as a whole; what is missing cannot be known."""

    @staticmethod
    def load(poster: Path, locale: str, collector: Collector, name: str | None = None) -> Translations:
        """Read the sidecar of a poster; of several, JSON before gettext, and `de-AT` before `de`.

        `name`: the poster as the user wrote it. Errors (a broken file LG273, a faulty string LG250 …) go to the
        collector and point into the sidecar.
        """
        expected_file = poster.with_name(f"{poster.stem}.{locale}.json")
        shown_folder = Path(name).parent if name else poster.parent
        for tag in _wider(locale):
            for ending, read in SIDECARS.items():
                path = poster.with_name(f"{poster.stem}.{tag}{ending}")
                if not path.is_file():
                    continue
                own = Collector()
                try:
                    entries = read(path, str(shown_folder / path.name), own)
                except PosterError as error:
                    own.extend(error.diagnostics)
                    entries = {}
                collector.extend(own.diagnostics)
                compiled = {source: compile_string(text, collector) for source, text in entries.items()}
                good = {source: string for source, string in compiled.items() if string}
                return Translations(locale, path, path, entries, good, own.failed)
        return Translations(locale, None, expected_file)

    def of(self, string: CompiledString) -> CompiledString:
        """The translation of a string, or the string itself where there is none."""
        return self.compiled.get(string.text.value, string)

    def translate_value(self, text: str) -> str:
        """The translation of a plain text, such as a param's default."""
        compiled = self.compiled.get(text)
        return text if compiled is None or compiled.constant is None else compiled.constant

    def check(
        self,
        strings: Iterable[tuple[CompiledString, Mapping[str, Collection[str] | None]]],
        texts: Iterable[tuple[str, Span]],
        collector: Collector,
    ) -> None:
        """Compare with what the poster says: `strings` with the names each may use, `texts` that are defaults.

        Errors: LG255, LG274 in a translation. Warnings: LG271 missing, LG272 unused, LG276 a value that is left out.
        """
        missing: dict[str, Span] = {}
        sources: set[str] = set()
        for string, known in strings:
            source = string.text.value
            sources.add(source)
            compiled = self.compiled.get(source)
            if compiled:
                check_names(compiled, known, collector)
                _compare_names(string, compiled, collector)
            elif string.translatable and source not in self.entries:
                missing.setdefault(source, string.text.span)
        for text, span in texts:
            sources.add(text)
            if text not in self.entries and any(character.isalpha() for character in text):
                missing.setdefault(text, span)
        if missing and not self.broken:
            self._report_missing(missing, collector)
        unused = [source for source in self.entries if source not in sources]
        if unused:
            message = f"{_strings(len(unused))} of the sidecar {'is' if len(unused) == 1 else 'are'} not in the poster"
            hint = "a key is the text between the quotes of the poster, expressions included\n" + _listing(
                [_resembling(source, missing) for source in unused]
            )
            collector.warning("LG272", self.entries[unused[0]].span, message, hint=hint)

    def _report_missing(self, missing: Mapping[str, Span], collector: Collector) -> None:
        first = next(iter(missing.values()))
        message = f"{_strings(len(missing))} {'has' if len(missing) == 1 else 'have'} no translation into `{self.locale}`"
        lines = [f"{source} (line {span.line})" for source, span in missing.items()]
        collector.warning("LG271", first, message, hint=f"add to `{self.expected_file.name}`:\n" + _listing(lines))


def _compare_names(source: CompiledString, translation: CompiledString, collector: Collector) -> None:
    left_out = sorted(source.names - translation.names)
    if left_out:
        message = f"the translation leaves out {listed(left_out)}"
        collector.warning("LG276", translation.text.span, message, hint=f"the source is {shown(source.text.value)}")


def _resembling(source: str, missing: Mapping[str, Span]) -> str:
    near = closest(source, missing)
    return f"{source} (is it `{near}`?)" if near else source


def _wider(locale: str) -> Iterable[str]:
    """`zh-Hant-TW`, `zh-Hant`, `zh`."""
    parts = locale.split("-")
    for count in range(len(parts), 0, -1):
        yield "-".join(parts[:count])


def _strings(count: int) -> str:
    return "1 string" if count == 1 else f"{count} strings"


def _listing(lines: list[str], most: int = 10) -> str:
    listed_lines = [line.replace("\n", "\\n") for line in lines[:most]]
    return "\n".join(listed_lines + ([f"and {len(lines) - most} more"] if len(lines) > most else []))
