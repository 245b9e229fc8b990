"""From an object's description to a picture: which nouns it names, and how they belong together.

The head noun is drawn (`a ginger tabby cat` → cat), along with what it holds, wears, rides or has beside it (`a giraffe
holding a book`). Names come from Unicode CLDR in all of `LANGUAGES` (`vocabulary.json`) and from our own `synonyms.json`.
Only as much grammar as a caption needs: what is not understood is None, and the draft draws a frame instead.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Literal

import regex

from .scenes import COLORS

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "zh", "zh-Hant", "ja", "ko", "ru", "uk", "ar", "he", "el", "hi", "th")
Relation = Literal["holds", "wears", "rides", "beside"]


@dataclass(frozen=True)
class Motif:
    """What to draw: a picture's name, how many of it, and at most one companion."""

    name: str
    count: int = 1
    companion: str | None = None
    relation: Relation = "beside"
    alike: bool = field(default=False, compare=False)
    """Whether it stands for something of its kind, as a dog does for a retriever, rather than being what was named."""


def normal(text: str) -> str:
    """Lower case, NFC, without punctuation: the form in which words are looked up."""
    text = unicodedata.normalize("NFC", text).lower().replace("’", "'").replace("-", " ")
    return " ".join(regex.findall(r"[\p{L}\p{M}\p{N}']+", text))


_RELATIONS: dict[str, Relation] = {
    **dict.fromkeys(
        ("holding", "carrying", "reading", "eating", "drinking", "playing", "hält", "trägt", "liest", "mit", "tenant"), "holds"
    ),
    **dict.fromkeys(
        ("with", "and", "beside", "near", "next", "und", "neben", "avec", "et", "con", "y", "e", "com", "met", "en"), "beside"
    ),
    **dict.fromkeys(("wearing",), "wears"),
    **dict.fromkeys(("riding", "on", "auf", "sur", "op"), "rides"),
}
_BREAKS = frozenset(
    """in at under over behind before by from for against through inside into onto around above below along across between
    that who which while as to im am bei unter vor hinter über von vom zur zum der die das dans sous sur par en sous
    en bajo sobre nel sul sotto in onder achter""".split()
)
_ARTICLES: dict[str, frozenset[str]] = {
    "en": frozenset("a an the of with holding and in on two three some".split()),
    "de": frozenset("ein eine einen einem einer der die das mit und im am auf zwei drei".split()),
    "fr": frozenset("un une le la les des du avec et dans sur deux trois".split()),
    "es": frozenset("un una el la los las con y en del dos tres".split()),
    "it": frozenset("un uno una il lo la gli con e nel sul due tre".split()),
    "pt": frozenset("um uma o a os as com e no na dois três".split()),
    "nl": frozenset("een de het met en op in twee drie".split()),
}
_COUNTS = {
    **dict.fromkeys("two 2 pair couple zwei deux dos due dois twee".split(), 2),
    **dict.fromkeys("three 3 few several some group bunch drei trois tres tre três drie".split(), 3),
    **dict.fromkeys("four 4 many vier quatre cuatro quattro quatro".split(), 4),
    **dict.fromkeys("five 5 fünf cinq cinco cinque vijf".split(), 5),
}
_VESSELS = frozenset(
    """slice piece plate bowl glass cup mug pot jar bottle basket bunch bouquet pair group pile stack box bag tray
    scoop herd flock portion kind type picture photo image drawing illustration couple handful crowd cluster head
    loaf field row scheibe stück teller schale glas tasse""".split()
)
_PICTURES = frozenset(
    "photo photograph picture portrait image illustration drawing icon sketch painting sticker slice piece".split()
)
"""A word for the picture itself, or for a part, after what it is of."""
_NOUN_LAST = frozenset(("en", "de", "nl"))
"""Languages in which adjectives, and nouns that say what kind, come before the noun."""
_BEACH_BALL = regex.compile(r"\b(?:beach ?balls?|strandb[aä]lle?)\b")
"""There is no picture of one among the emoji, and a football is not one."""
_COLORED = frozenset("rose peach salmon coral lime violet olive lavender gold silver cherry plum lemon".split())
"""Objects that colours are named after."""
_COLORLESS = frozenset(
    """color colour shape form design pattern background gradient tone tint hue shade outline border circle square rectangle
    line band stripe triangle ring arrow wave oval dot""".split()
)
"""What has a colour but is not an object."""
_NO_NOUNS = frozenset(("solid", "baseball bat", "cricket bat"))
"""English words that look like inflected nouns of other languages, and things that are called as other things are."""
_HAN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]")
_HAN_RELATIONS: tuple[tuple[str, Relation], ...] = (
    ("戴", "wears"), ("骑", "rides"), ("坐在", "rides"), ("拿着", "holds"), ("捧着", "holds"), ("抱着", "holds"),
    ("举着", "holds"), ("看着", "holds"), ("读着", "holds"), ("带着", "beside"), ("和", "beside"), ("与", "beside"),
    ("を持つ", "holds"), ("を持った", "holds"), ("と", "beside"),
)  # fmt: skip
_PARTICLES = frozenset("的结派阴线城家跌漲寫卒兵火개관국굴눈말문밤배벼불삭산새소양연용자종차콩풀")
"""Names of one character that are mostly parts of other words."""
_HAN_COUNTS = (("两", 2), ("二", 2), ("三", 3), ("四", 4), ("几", 3), ("一群", 3))


Table = dict[str, dict[str, str]]
"""Language → word → picture."""


@cache
def _tables() -> tuple[Table, Table]:
    """CLDR's names, and our synonyms."""
    folder = files(__package__)
    names: Table = json.loads((folder / "vocabulary.json").read_text("utf-8"))
    synonyms: Table = json.loads((folder / "synonyms.json").read_text("utf-8"))
    return names, {
        language: {normal(word): name for name, text in groups.items() for word in text.split(",")}
        for language, groups in synonyms.items()
    }


@cache
def _table() -> Table:
    """Both; our synonyms win over CLDR's names."""
    names, synonyms = _tables()
    return {language: table | synonyms.get(language, {}) for language, table in names.items()}


@cache
def _stems(language: str) -> dict[str, str]:
    """Words without their last letter, for the endings that German, Russian and others put there."""
    stems: dict[str, str] = {}
    for word, name in _table()[language].items():
        if len(word) > 4:
            stems.setdefault(word[:-1], name)
    return stems


@cache
def motif_of(description: str) -> Motif | None:
    """What to draw for a description, in any of `LANGUAGES`; None where no noun of it is known."""
    if _HAN.search(description):
        return _motif_without_spaces(description)
    words = _colors_joined(_BEACH_BALL.sub("", normal(description)).split())
    languages = _languages(words)
    segments = _segments(words, languages)
    head, _ = segments[0]
    count = next((_COUNTS[word] for word in head if word in _COUNTS), 1)
    name = _noun(head, languages)
    if name is None:
        return None
    alike = _is_alike(head, name, languages)
    for segment, relation in segments[1:]:
        if relation is not None and (companion := _noun(segment, languages)) and companion != name:
            return _related(Motif(name, count, alike=alike), companion, relation)
    return Motif(name, count, alike=alike)


def _related(motif: Motif, companion: str, relation: Relation) -> Motif:
    """`with a hat` is worn, `on a bicycle` is ridden, `on a beach` is a place and left to the backdrop."""
    if companion in WORN:
        return replace(motif, companion=companion, relation="wears")
    if relation == "rides" and companion not in RIDDEN:
        return motif
    return replace(motif, companion=companion, relation=relation)


WORN = frozenset("top-hat womans-hat billed-cap crown graduation-cap rescue-workers-helmet military-helmet".split())
RIDDEN = frozenset(
    """bicycle motorcycle motor-scooter kick-scooter skateboard horse camel elephant sled sailboat canoe speedboat rocket
    racing-car tractor couch-and-lamp chair bed cloud crescent-moon mushroom books wrapped-gift""".split()
)


def _segments(words: list[str], languages: tuple[str, ...]) -> list[tuple[list[str], Relation | None]]:
    """The head phrase and what follows it, each with the relation that its connecting word says."""
    segments: list[tuple[list[str], Relation | None]] = [([], None)]
    for word in words:
        relation = _RELATIONS.get(word)
        verbal = word.endswith("ing") and _noun(segments[-1][0], languages) is not None and _lookup(word, languages) is None
        if (relation or word in _BREAKS or verbal) and segments[-1][0]:
            segments.append(([], relation))
        else:
            segments[-1][0].append(word)
    return segments


def _noun(words: list[str], languages: tuple[str, ...]) -> str | None:
    """The last noun that is known; of `a slice of pizza` the pizza, of `a statue of liberty` the longest name."""
    if whole := _last_noun(words, languages, among=2):
        return whole
    if "of" in words:
        at = words.index("of")
        before, after = words[:at], words[at + 1 :]
        if before and before[-1].rstrip("s") in _VESSELS:
            return _last_noun(after, languages) or _last_noun(before, languages)
        return _last_noun(before, languages)
    return _last_noun(words, languages)


def _is_alike(words: list[str], name: str, languages: tuple[str, ...]) -> bool:
    """Whether the words name a picture by a synonym of ours only, and by none of its own names in CLDR."""
    phrases = {" ".join(words[start:end]) for end in range(len(words) + 1) for start in range(max(0, end - 4), end)}
    forms = {form for phrase in phrases for form in _singulars(phrase)}
    names, synonyms = ([table[language] for language in languages if language in table] for table in _tables())
    own = any(table.get(form) == name for table in names for form in forms)
    return not own and any(table.get(form) == name for table in synonyms for form in forms)


def _last_noun(words: list[str], languages: tuple[str, ...], among: int = 1) -> str | None:
    """The picture of the last run of at least `among` words that is a known name; longer runs first."""
    for end in range(len(words), 0, -1):
        for length in range(min(4, end), among - 1, -1):
            phrase = words[end - length : end]
            if length == 1 and _is_color(phrase[0], words[end:]):
                continue
            if " ".join(phrase) in _NO_NOUNS:
                return None
            if picture := _lookup(" ".join(phrase), languages):
                return picture
        if languages[0] in _NOUN_LAST and words[end - 1].rstrip("s") not in _PICTURES:
            return None  # of a `yoga mat` or a `coffee machine`, what comes last is what it is
    return None


def _colors_joined(words: list[str]) -> list[str]:
    """Without the `and` between two colours, which does not join two objects."""
    return [
        word
        for at, word in enumerate(words)
        if not (word == "and" and 0 < at < len(words) - 1 and words[at - 1] in COLORS and words[at + 1] in COLORS)
    ]


def _is_color(word: str, after: list[str]) -> bool:
    """Whether a word that is both a colour and an object is the colour here: of an `orange shape`, not of an `orange`."""
    if word == "orange":
        return any(next_.rstrip("s") not in _VESSELS for next_ in after)
    return word in _COLORED and any(next_.rstrip("s") in _COLORLESS for next_ in after)


def _lookup(word: str, languages: tuple[str, ...]) -> str | None:
    if word in _NO_NOUNS:
        return None
    for language in languages:
        table = _table()[language]
        for form in _singulars(word) if language == "en" else (word,):
            if form in table:
                return table[form]
        if language != "en" and len(word) > 4:
            stems = _stems(language)
            if picture := table.get(word[:-1]) or table.get(word[:-2]) or stems.get(word[:-1]) or stems.get(word):
                return picture
        if language in ("de", "nl"):
            for start in range(2, len(word) - 3):
                if word[start:] in table:
                    return table[word[start:]]
    return None


def _singulars(word: str) -> tuple[str, ...]:
    forms = [word]
    irregular = {"mice": "mouse", "geese": "goose", "leaves": "leaf", "knives": "knife", "wolves": "wolf", "loaves": "loaf"}
    head, _, last = word.rpartition(" ")
    if last in irregular:
        forms.append(f"{head} {irregular[last]}".strip())
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if word.endswith("es"):
        forms.append(word[:-2])
    if word.endswith("s") and not word.endswith("ss"):
        forms.append(word[:-1])
    return tuple(forms)


def _languages(words: list[str]) -> tuple[str, ...]:
    """The languages to look a description up in: by its script, else by its small words, English first."""
    text = "".join(words)
    for script, languages in (
        ("Cyrillic", ("ru", "uk")), ("Arabic", ("ar",)), ("Hebrew", ("he",)), ("Greek", ("el",)), ("Devanagari", ("hi",)),
    ):  # fmt: skip
        if regex.search(rf"\p{{{script}}}", text):
            return languages
    scores = {language: sum(word in small_words for word in words) for language, small_words in _ARTICLES.items()}
    best = max(scores.values())
    if best == 0:
        return ("en", "de") if words else ("en",)
    return tuple(sorted((language for language, score in scores.items() if score == best), key=list(_ARTICLES).index))


def _motif_without_spaces(description: str) -> Motif | None:
    """Chinese, Japanese, Korean and Thai: longest names inside the text; the head noun comes last."""
    text = unicodedata.normalize("NFC", description)
    table: dict[str, str] = {}
    for language in ("ko", "th", "ja", "zh-Hant", "zh"):
        table.update({word: name for word, name in _table()[language].items() if word not in _PARTICLES})
    matches: list[tuple[int, int, str]] = []
    at = 0
    while at < len(text):
        for length in range(min(10, len(text) - at), 0, -1):
            if name := table.get(text[at : at + length].lower()):
                matches.append((at, at + length, name))
                at += length - 1
                break
        at += 1
    if not matches:
        return None
    start, _, name = matches[-1]
    count = next((amount for sign, amount in _HAN_COUNTS if sign in text[:3]), 1)
    for _, end, companion in reversed(matches[:-1]):
        before = text[:end]
        for sign, relation in _HAN_RELATIONS:
            if sign in before or text[end:].startswith(sign):
                if companion != name and end <= start:
                    return _related(Motif(name, count), companion, relation)
                break
    return Motif(name, count)
