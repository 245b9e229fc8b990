"""Quote marks in prompts: only the words to be drawn stand in quotes, whoever reads the prompt.

GLM-Image's stock pipeline finds the strings to encode by four regular expressions, one after the other: '…', then “…”,
then "…", then 「…」. It pairs apostrophes, and its order is by style, not by place. So a prompt uses one style for the
words to be drawn and none of these six marks anywhere else: inside the words their shape is changed, one mark for
one mark; around other words they are dropped, and apostrophes become ’, which none of the expressions sees.
"""

from __future__ import annotations

import re

_INSIDE = str.maketrans({"“": "‘", "”": "’", "「": "『", "」": "』"})
_MARKS = '"“”„‟«»‹›「」『』｢｣＂❝❞〝〞〟`'
_ANY_MARK = re.compile(f"[{_MARKS}'‘]")
_SINGLE_PAIR = re.compile(r"(?<!\w)['‘](?=\S)((?:[^'‘’]|(?<=\w)['’](?=\w))*?)(?<=\S)['’](?!\w)")
_INCHES = re.compile(r'(?<=\d)"(?!\w)')
_OPENERS = frozenset("([{<-–—/‘『«‹（【《")
_QUOTED = re.compile('"([^"]*)"|“([^“”]*)”')


def inside_quotes(text: str) -> str:
    """A text that can stand between double quotes: as long as before, only the shape of its quote marks may differ."""
    if "'" not in text and '"' not in text:
        return text.translate(_INSIDE)
    out: list[str] = []
    open_marks: set[str] = set()
    for at, mark in enumerate(text):
        if mark not in "'\"":
            out.append(mark)
            continue
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        opens = (not before or before.isspace() or before in _OPENERS) and bool(after) and not after.isspace()
        if mark in open_marks and not opens:
            open_marks.discard(mark)
            out.append("’")
        elif opens and mark in text[at + 1 :]:
            open_marks.add(mark)
            out.append("‘")
        else:
            out.append("″" if mark == '"' and before.isdigit() else "’")
    return "".join(out).translate(_INSIDE)


def unquoted(text: str) -> tuple[str, bool]:
    """Words that are not to be drawn, on one line, without quote marks; and whether any mark was dropped.

    Apostrophes stay apostrophes and inches stay inches, in shapes that are not mistaken for quote marks.
    """
    dropped = False
    if _ANY_MARK.search(text):
        inches = _INCHES.sub("″", text)
        text = text if '"' in inches else inches
        text, pairs = _SINGLE_PAIR.subn(r"\1", text)
        text = text.replace("'", "’").replace("‘", "’")
        bare = text.translate(_NO_MARKS)
        dropped = pairs > 0 or bare != text
        text = bare
    return " ".join(text.split()), dropped


def quoted_strings(prompt: str) -> list[str]:
    """The strings that stand in double quotes, English or Chinese, in the order of the prompt."""
    return [match[1] if match[1] is not None else match[2] for match in _QUOTED.finditer(prompt)]


_NO_MARKS = dict.fromkeys(map(ord, _MARKS))
