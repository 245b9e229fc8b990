"""The second engine: tesseract, where it is installed with the language of the words. It runs as a program of its own.

Its dictionaries are off: a reader that corrects what it reads is no use for finding misspelt words.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from layoutgen.base.geometry import Quad, corners, union
from layoutgen.base.model import Box
from layoutgen.check.model import ReadLine
from layoutgen.check.reader import DETECTION_SIDE, check_size
from layoutgen.diagnostics import Diagnostic, PosterError

if TYPE_CHECKING:
    from PIL.Image import Image

SECONDS = 20.0
"""Longest wait for one line or picture."""
LANGUAGES = {
    "LATIN": ("eng",),
    "CYRILLIC": ("rus", "ukr", "bul"),
    "ARABIC": ("ara", "fas"),
    "HEBREW": ("heb",),
    "GREEK": ("ell",),
    "DEVANAGARI": ("hin",),
    "BENGALI": ("ben",),
    "TAMIL": ("tam",),
    "TELUGU": ("tel",),
    "THAI": ("tha",),
    "HANGUL": ("kor",),
    "CJK": ("chi_sim", "chi_tra"),
    "HIRAGANA": ("jpn",),
    "KATAKANA": ("jpn",),
    "GEORGIAN": ("kat",),
    "ARMENIAN": ("hye",),
}
"""First word of a letter's Unicode name → its languages, as tesseract calls them; the first that is installed is taken."""
_LINE, _SPARSE = "7", "11"
_HEIGHT = 64
"""Pixels: lower crops of lines are enlarged to this."""


@dataclass(frozen=True)
class TesseractReader:
    """Implements `Reader` for some languages. PosterError (LG601) when the program fails or does not answer in time."""

    languages: tuple[str, ...]
    program: str = "tesseract"
    seconds: float = SECONDS

    @property
    def name(self) -> str:
        return f"{_version(self.program, self.seconds)} {'+'.join(self.languages)}"

    def readable(self, text: str) -> bool:
        return all(set(LANGUAGES.get(script, ())) & set(self.languages) for script in scripts_of(text))

    def detect(self, image: Image, side: int = DETECTION_SIDE) -> tuple[Quad, ...]:
        return tuple(corners(line.box) for line in self.find(image, side))

    def read(self, crops: Sequence[Image]) -> tuple[ReadLine, ...]:
        return tuple(self._line(crop) for crop in crops)

    def find(self, image: Image, side: int = DETECTION_SIDE) -> tuple[ReadLine, ...]:
        check_size(image)
        return tuple(self._run(image, _SPARSE))

    def _line(self, crop: Image) -> ReadLine:
        from PIL import ImageOps
        from PIL.Image import Resampling

        box = (0, 0, crop.width, crop.height)
        if min(crop.size) < 3:
            return ReadLine(text="", box=box, score=0.0)
        if crop.height < _HEIGHT:
            crop = crop.resize((max(1, round(crop.width * _HEIGHT / crop.height)), _HEIGHT), Resampling.BICUBIC)
        gray = ImageOps.autocontrast(crop.convert("L"))
        edge = [gray.getpixel((x, y)) for x in (0, gray.width - 1) for y in (0, gray.height - 1)]
        ground = sorted(value for value in edge if isinstance(value, (int, float)))[1]
        if ground < 128:  # it is made for dark letters on light paper
            gray, ground = ImageOps.invert(gray), 255 - ground
        gray = ImageOps.expand(gray, _HEIGHT // 4, fill=int(ground))
        lines = self._run(gray, _LINE)
        text = " ".join(line.text for line in lines)
        scores = tuple(score for number, line in enumerate(lines) for score in ((1.0,) if number else ()) + line.scores)
        inked = [score for character, score in zip(text, scores, strict=True) if not character.isspace()]
        return ReadLine(text=text, box=box, score=round(sum(inked) / max(1, len(inked)), 4), scores=scores)

    def _run(self, image: Image, layout: str) -> list[ReadLine]:
        raw = io.BytesIO()
        image.convert("RGB").save(raw, "PNG", compress_level=1)
        command = [self.program, "stdin", "stdout", "-l", "+".join(self.languages), "--psm", layout]
        command += ["-c", "load_system_dawg=0", "-c", "load_freq_dawg=0", "tsv"]
        try:
            run = subprocess.run(command, input=raw.getvalue(), capture_output=True, timeout=self.seconds, check=True)
        except subprocess.TimeoutExpired:
            raise _failed(f"it did not answer within {self.seconds:g} seconds") from None
        except subprocess.CalledProcessError as error:
            message = error.stderr.decode("utf-8", "replace").strip().splitlines() or [f"it ended with {error.returncode}"]
            raise _failed(message[-1]) from error
        except OSError as error:
            raise _failed(error.strerror or str(error)) from error
        return _lines(run.stdout.decode("utf-8", "replace"))


def open_tesseract(text: str) -> TesseractReader | None:
    """Tesseract with the languages of a text; None where it is not installed, or not with all of them."""
    installed = installed_languages()
    if not installed:
        return None
    languages = []
    for script in sorted(scripts_of(text)) or ["LATIN"]:
        language = next((one for one in LANGUAGES.get(script, ()) if one in installed), None)
        if language is None:
            return None
        languages.append(language)
    return TesseractReader(tuple(dict.fromkeys(languages)))


@cache
def installed_languages(program: str = "tesseract") -> frozenset[str]:
    """Empty where the program is not installed or does not run."""
    if shutil.which(program) is None:
        return frozenset()
    try:
        run = subprocess.run([program, "--list-langs"], capture_output=True, timeout=SECONDS, check=True, text=True)
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(line.strip() for line in (run.stdout or run.stderr).splitlines() if line and " " not in line.strip())


def scripts_of(text: str) -> set[str]:
    """The first words of the Unicode names of its letters: `LATIN`, `CYRILLIC` …"""
    return {unicodedata.name(character, "?").split()[0] for character in text if character.isalpha()}


@cache
def _version(program: str, seconds: float) -> str:
    """The first line of `--version`; the program's name where it prints nothing, fails or does not answer in time."""
    try:
        run = subprocess.run([program, "--version"], capture_output=True, timeout=seconds, check=True, text=True)
    except (OSError, subprocess.SubprocessError):
        return program
    output = (run.stdout or run.stderr).strip()
    return output.splitlines()[0].strip() if output else program


def _lines(table: str) -> list[ReadLine]:
    """The words of tesseract's table, joined into lines."""
    grouped: dict[tuple[str, ...], list[tuple[str, Box, float]]] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row.get("text") or "").strip()
        if row.get("level") != "5" or not text:
            continue
        box = (int(row["left"]), int(row["top"]), int(row["width"]), int(row["height"]))
        key = (row["block_num"], row["par_num"], row["line_num"])
        grouped.setdefault(key, []).append((text, box, max(0.0, float(row["conf"]) / 100)))
    return [_line_of(words) for words in grouped.values()]


def _line_of(words: list[tuple[str, Box, float]]) -> ReadLine:
    scores: list[float] = []
    for text, _, score in words:
        scores += ([1.0] if scores else []) + [round(score, 4)] * len(text)
    whole = sum(score * len(text) for text, _, score in words) / sum(len(text) for text, _, _ in words)
    return ReadLine(
        text=" ".join(text for text, _, _ in words),
        box=union(box for _, box, _ in words) or words[0][1],
        score=round(whole, 4),
        scores=tuple(scores),
    )


def _failed(message: str) -> PosterError:
    return PosterError(
        Diagnostic(
            "LG601",
            f"the second reader, tesseract, failed: {message}",
            hint="reinstall tesseract, or remove it from the path: the check works without it",
        )
    )
