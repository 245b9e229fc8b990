"""Kinds of faults: what an image model does to a string. Each takes a string and returns it wrong, or None where it cannot."""

from __future__ import annotations

import random
from collections.abc import Callable

from layoutgen.check.normalise import fold

Spoil = Callable[[str, random.Random], str | None]

TWINS = "O>0 o>0 0>O l>1 l>I I>l I>1 1>l 1>I".split()
"""Rings and strokes: what they are is told by what stands beside them, to people as well."""
LIKE = """
    S>5 5>S B>8 8>B Z>2 2>Z G>6 g>9 q>9 rn>m m>rn cl>d d>cl w>vv e>c c>e h>n n>h u>v v>u i>l l>i t>f E>F F>E Q>O R>P P>R a>o o>a
    b>h n>m m>n U>V C>G
""".split()
CHINESE = """
    大>太 日>目 上>土 折>析 品>晶 光>先 限>很 优>忧 月>用 全>金 减>咸
    干>千 未>末 土>士 新>斩 市>币 天>夭 特>持 免>兔 今>令 买>卖 人>入 元>无
""".split()
"""Characters that differ by a stroke or two."""
KANA = "ゃや ゅゆ ょよ っつ ぁあ ぃい ぇえ ャヤ ュユ ョヨ ッツ ァア ィイ".split()
"""Small and large kana."""
ACCENTED = dict(zip("AOUENCIaouenci", "ÄÖÜÉÑÇÍäöüéñçí", strict=True))
PLAIN = dict(zip("äöüéèêûñçÄÖÜÉ", "aoueeeuncAOUE", strict=True))
CYRILLIC = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")
DIGITS = "0123456789"


def _at(text: str, rng: random.Random, fits: Callable[[str], bool]) -> int | None:
    places = [number for number, character in enumerate(text) if fits(character)]
    return rng.choice(places) if places else None


def _digit(text: str, rng: random.Random) -> int | None:
    return _at(text, rng, lambda c: c in DIGITS)


def wrong_digit(text: str, rng: random.Random) -> str | None:
    at = _digit(text, rng)
    return None if at is None else text[:at] + rng.choice([d for d in DIGITS if d != text[at]]) + text[at + 1 :]


def digit_dropped(text: str, rng: random.Random) -> str | None:
    at = _digit(text, rng)
    return None if at is None else text[:at] + text[at + 1 :]


def digit_doubled(text: str, rng: random.Random) -> str | None:
    at = _digit(text, rng)
    return None if at is None else text[: at + 1] + text[at:]


def digit_added(text: str, rng: random.Random) -> str | None:
    at = _digit(text, rng)
    return None if at is None else text[:at] + rng.choice(DIGITS) + text[at:]


def digits_swapped(text: str, rng: random.Random) -> str | None:
    pairs = [n for n in range(len(text) - 1) if text[n] in DIGITS and text[n + 1] in DIGITS and text[n] != text[n + 1]]
    return _swapped(text, rng.choice(pairs)) if pairs else None


def separator_lost(text: str, rng: random.Random) -> str | None:
    inside = [n for n in range(1, len(text) - 1) if text[n] in ".,:/-" and text[n - 1] in DIGITS and text[n + 1] in DIGITS]
    if not inside:
        return None
    at = rng.choice(inside)
    return text[:at] + text[at + 1 :]


def separator_moved(text: str, rng: random.Random) -> str | None:
    inside = [n for n in range(1, len(text) - 2) if text[n] in ".," and all(text[m] in DIGITS for m in (n - 1, n + 1, n + 2))]
    return _swapped(text, rng.choice(inside)) if inside else None


def currency(text: str, rng: random.Random) -> str | None:
    at = _at(text, rng, lambda c: c in "€$£¥")
    return None if at is None else text[:at] + rng.choice([c for c in "€$£¥" if c != text[at]]) + text[at + 1 :]


def percent_lost(text: str, rng: random.Random) -> str | None:
    at = _at(text, rng, lambda c: c == "%")
    return None if at is None else (text[:at].rstrip() + text[at + 1 :])


def permille(text: str, rng: random.Random) -> str | None:
    at = _at(text, rng, lambda c: c in "%‰")
    return None if at is None else text[:at] + ("‰" if text[at] == "%" else "%") + text[at + 1 :]


def minus_added(text: str, rng: random.Random) -> str | None:
    starts = [n for n in range(len(text)) if text[n] in DIGITS and (n == 0 or text[n - 1].isspace())]
    at = rng.choice(starts) if starts else None
    return None if at is None else text[:at] + "-" + text[at:]


def minus_lost(text: str, rng: random.Random) -> str | None:
    at = _at(text, rng, lambda c: c in "-–−")
    if at is None or at + 1 == len(text) or text[at + 1] not in DIGITS or (at and not text[at - 1].isspace()):
        return None
    return text[:at] + text[at + 1 :]


def sign_moved(text: str, rng: random.Random) -> str | None:
    """A currency or percent sign that nobody asked for, behind a figure or before it."""
    at = _digit(text, rng)
    if at is None or any(c in "€$£¥%" for c in text):
        return None
    end = at + 1
    while end < len(text) and text[end] in DIGITS:
        end += 1
    return text[:end] + rng.choice("€$%") + text[end:]


def dropped(text: str, rng: random.Random) -> str | None:
    at = _at(text, rng, str.isalpha)
    return None if at is None or len(fold(text)) < 2 else text[:at] + text[at + 1 :]


def doubled(text: str, rng: random.Random) -> str | None:
    at = _at(text, rng, str.isalpha)
    return None if at is None else text[: at + 1] + text[at:]


def swapped(text: str, rng: random.Random) -> str | None:
    pairs = [n for n in range(len(text) - 1) if text[n].isalpha() and text[n + 1].isalpha() and text[n] != text[n + 1]]
    return _swapped(text, rng.choice(pairs)) if pairs else None


def look_alike(text: str, rng: random.Random) -> str | None:
    return _alike(text, rng, LIKE)


def chinese_twin(text: str, rng: random.Random) -> str | None:
    return _alike(text, rng, [*CHINESE, *(f"{new}>{old}" for old, new in (pair.split(">") for pair in CHINESE))])


def kana_size(text: str, rng: random.Random) -> str | None:
    return _alike(text, rng, [f"{pair[0]}>{pair[1]}" for pair in KANA] + [f"{pair[1]}>{pair[0]}" for pair in KANA])


def twin(text: str, rng: random.Random) -> str | None:
    return _alike(text, rng, TWINS)


def _alike(text: str, rng: random.Random, pairs: list[str]) -> str | None:
    ways = []
    for old, new in (pair.split(">") for pair in pairs):
        ways += [text[:at] + new + text[at + len(old) :] for at in range(len(text)) if text.startswith(old, at)]
    return rng.choice(ways) if ways else None


def other_letter(text: str, rng: random.Random) -> str | None:
    at = _at(text, rng, lambda c: c.isalpha() and c.isascii())
    if at is None:
        return None
    letters = "abcdefghijklmnopqrstuvwxyz"
    letters = letters.upper() if text[at].isupper() else letters
    return text[:at] + rng.choice([c for c in letters if c != text[at]]) + text[at + 1 :]


def other_case(text: str, rng: random.Random) -> str | None:
    at = _at(text, rng, lambda c: c != c.swapcase() and len(c.swapcase()) == 1)
    if at is None:
        return None
    whole = {text.upper(), text.lower(), text.capitalize()} - {text}
    return rng.choice((text[:at] + text[at].swapcase() + text[at + 1 :], *sorted(whole)))


def space_lost(text: str, rng: random.Random) -> str | None:
    at = _at(text, rng, str.isspace)
    return None if at is None or not (text[at - 1].isalnum() and text[at + 1].isalnum()) else text[:at] + text[at + 1 :]


def space_added(text: str, rng: random.Random) -> str | None:
    inside = [n for n in range(2, len(text) - 1) if text[n - 1].isalnum() and text[n].isalnum() and text[n].isascii()]
    at = rng.choice(inside) if inside else None
    return None if at is None else text[:at] + " " + text[at:]


def accent_lost(text: str, rng: random.Random) -> str | None:
    at = _at(text, rng, lambda c: c in PLAIN)
    return None if at is None else text[:at] + PLAIN[text[at]] + text[at + 1 :]


def accent_added(text: str, rng: random.Random) -> str | None:
    at = _at(text, rng, lambda c: c in ACCENTED)
    return None if at is None else text[:at] + ACCENTED[text[at]] + text[at + 1 :]


def sign_lost(text: str, rng: random.Random) -> str | None:
    at = _at(text, rng, lambda c: c in "!?&:,'")
    return None if at is None else text[:at] + text[at + 1 :]


def word_lost(text: str, rng: random.Random) -> str | None:
    words = text.split(" ")
    if len(words) < 2:
        return None
    del words[rng.randrange(len(words))]
    return " ".join(words)


def word_doubled(text: str, rng: random.Random) -> str | None:
    words = text.split(" ")
    at = rng.randrange(len(words))
    return " ".join([*words[: at + 1], *words[at:]])


def words_swapped(text: str, rng: random.Random) -> str | None:
    words = text.split(" ")
    at = rng.randrange(len(words) - 1) if len(words) > 1 else None
    return None if at is None else " ".join([*words[:at], words[at + 1], words[at], *words[at + 2 :]])


def cyrillic(text: str, rng: random.Random) -> str | None:
    """One Latin letter as the Cyrillic one of the same form: seldom a difference in pixels."""
    at = _at(text, rng, lambda c: c.translate(CYRILLIC) != c)
    return None if at is None else text[:at] + text[at].translate(CYRILLIC) + text[at + 1 :]


def _swapped(text: str, at: int) -> str:
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


FIGURES: tuple[Spoil, ...] = (
    wrong_digit, digit_dropped, digit_doubled, digit_added, digits_swapped, separator_lost, separator_moved, currency,
    percent_lost, permille, minus_added, minus_lost, sign_moved, twin,
)  # fmt: skip
LETTERS: tuple[Spoil, ...] = (
    dropped, doubled, swapped, look_alike, other_letter, other_case, accent_lost, accent_added, sign_lost, word_lost,
    word_doubled, words_swapped, space_lost, space_added, chinese_twin, kana_size, cyrillic,
)  # fmt: skip
