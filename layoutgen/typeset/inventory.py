"""The fonts on this machine: font packages, system folders and single files; what each covers; opening them.

Everything here is cached for the life of the process: fonts do not change while a poster is made. What is slow to
find out is cached on disk between runs.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from PIL import ImageFont

from layoutgen.base.disk_cache import user_cache
from layoutgen.typeset.font_cache import file_stamp, packages_stamp

_DAMAGE = (struct.error, zlib.error, OverflowError, AttributeError)
"""What reading a damaged character map can end in, besides the usual errors."""
EXTENSIONS = (".ttf", ".otf", ".ttc", ".otc")
_STYLE_WEIGHTS = {
    "thin": 100, "hairline": 100, "extralight": 200, "ultralight": 200, "light": 300, "book": 400, "regular": 400,
    "medium": 500, "semibold": 600, "demibold": 600, "extrabold": 800, "ultrabold": 800, "bold": 700, "black": 900,
    "heavy": 900,
}  # fmt: skip


class FontProblem(Exception):
    """A font that cannot be used as asked. The message is one plain sentence."""


class UnknownFont(FontProblem):
    """No installed family is called `name`; `suggestions` are close ones, the closest first."""

    def __init__(self, name: str, suggestions: tuple[str, ...]) -> None:
        self.name = name
        self.suggestions = suggestions
        super().__init__(f"no font called `{name}` is installed")


class BrokenFont(FontProblem):
    """The file at `path` cannot be read as a font."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"`{path}` is not a font that can be used: {reason}")


class MissingGlyphs(FontProblem):
    """`characters` that no usable font has. `font` is set when the poster names the font itself.

    `package_hint` is a sentence that says what to install, or empty where no package is known to help.
    """

    def __init__(self, characters: tuple[str, ...], package_hint: str = "", font: str | None = None) -> None:
        self.characters = characters
        self.package_hint = package_hint
        self.font = font
        listed = " ".join(characters[:8]) + (" …" if len(characters) > 8 else "")
        where = f"the font `{font}` has" if font else "the installed fonts have"
        super().__init__(f"{where} no letters for: {listed}")


@dataclass(frozen=True)
class FontFile:
    """One face in one file. `weights` and `widths` are ranges of a variable font; equal ends for a static one."""

    family: str
    path: str
    index: int = 0
    italic: bool = False
    weights: tuple[float, float] = (400, 400)
    widths: tuple[float, float] = (100, 100)


@dataclass(frozen=True, eq=False)
class Face:
    """One way to draw letters: a file, its axes set, and what is synthesised. Interned by `face`, compared by identity."""

    family: str
    path: str
    index: int
    weight: float
    """The weight asked of the face; of a static font its own."""
    width: float
    """Percent of the normal width."""
    axes: tuple[float, ...] = ()
    slant: float = 0.0
    """Shear, in ems sideways per em up, where no italic file exists."""
    embolden: float = 0.0
    """Stroke radius in ems, where no bolder file exists."""

    @property
    def name(self) -> str:
        return self.family


@cache
def families() -> dict[str, tuple[FontFile, ...]]:
    """Every family installed as a package, by its lower-case name."""
    packages = user_cache("fonts").stamped("packages", packages_stamp(), _described_packages)
    return {name: tuple(FontFile(**_tuples(fields)) for fields in files) for name, files in packages.items()} | _cjk_families()


def _tuples(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}


def _described_packages() -> dict[str, list[dict[str, Any]]]:
    """The families that packages bring, their files as JSON."""
    import fontpkg

    packages: dict[str, list[dict[str, Any]]] = {}
    for family in sorted(fontpkg.families().values(), key=lambda item: item.slug):
        axes = {axis.tag: (axis.min, axis.max) for axis in family.axes}
        files = [
            FontFile(
                family=family.name,
                path=str(item.path),
                italic="italic" in item.style,
                weights=axes.get("wght", (item.weight or 400,) * 2) if item.variable else (item.weight or 400,) * 2,
                widths=axes.get("wdth", (100, 100)) if item.variable else (100, 100),
            )
            for item in family.files
        ]
        packages[family.name.lower()] = [asdict(item) for item in files]
    return packages


@cache
def _cjk_families() -> dict[str, tuple[FontFile, ...]]:
    try:
        import noto_cjk_sans_otc
    except ImportError:
        return {}
    path = str(noto_cjk_sans_otc.FONT_PATH)
    faces = ("Sans CJK JP", "Sans CJK KR", "Sans CJK SC", "Sans CJK TC", "Sans CJK HK")
    mono = ("Sans Mono CJK JP", "Sans Mono CJK KR", "Sans Mono CJK SC", "Sans Mono CJK TC", "Sans Mono CJK HK")
    return {f"noto {name.lower()}": (FontFile(f"Noto {name}", path, index),) for index, name in enumerate(faces + mono)}


def font_folders() -> list[Path]:
    """The usual folders of system fonts, in order."""
    home = Path.home()
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts", home / "AppData/Local/Microsoft/Windows/Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    return [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]


@cache
def system_families() -> dict[str, tuple[FontFile, ...]]:
    """Every family in the system's font folders, by its lower-case name. Files that are not fonts are left out."""
    families_by_name: dict[str, list[FontFile]] = {}
    for folder in font_folders():
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.suffix.lower() in EXTENSIONS:
                for item in _faces_in(str(path)):
                    families_by_name.setdefault(item.family.lower(), []).append(item)
    return {name: tuple(items) for name, items in sorted(families_by_name.items())}


def _faces_in(path: str) -> Iterator[FontFile]:
    for index in range(16 if path.lower().endswith(("ttc", "otc")) else 1):
        try:
            font = ImageFont.truetype(path, 20, index=index)
        except OSError:
            return
        family, style = font.getname()
        if family:
            yield _described(family, style or "", path, index, font)


def _described(family: str, style: str, path: str, index: int, font: ImageFont.FreeTypeFont) -> FontFile:
    words = re.sub(r"[^a-z]", "", style.lower())
    weight = next((value for name, value in _STYLE_WEIGHTS.items() if name in words), 400)
    axes = variation_axes(font)
    return FontFile(
        family=family,
        path=path,
        index=index,
        italic="italic" in words or "oblique" in words,
        weights=axes.get("Weight", (weight, weight)),
        widths=axes.get("Width", (75, 75) if "condensed" in words else (100, 100)),
    )


def variation_axes(font: ImageFont.FreeTypeFont) -> dict[str, tuple[float, float]]:
    """Name → (smallest, largest) of every axis, in the font's order; empty for a static font."""
    try:
        axes = font.get_variation_axes()
    except OSError:
        return {}
    return {(axis["name"] or b"").decode("latin-1"): _limits(axis) for axis in axes}


def _limits(axis: ImageFont.Axis) -> tuple[float, float]:
    return axis["minimum"] or 0, axis["maximum"] or 0


def find_family(name: str) -> tuple[FontFile, ...]:
    """The files of a family, whatever the case of its name. Raises UnknownFont with suggestions."""
    requested = " ".join(name.lower().replace("-", " ").split())
    for source in (families, system_families):
        if font_files := source().get(requested):
            return font_files
    known = {item[0].family: None for item in (*families().values(), *system_families().values())}
    lower = {family.lower(): family for family in known}
    raise UnknownFont(name, tuple(lower[match] for match in get_close_matches(requested, lower, 3, 0.6)))


@cache
def file_family(path: str) -> tuple[FontFile, ...]:
    """The face of a font file given by path. Raises BrokenFont."""
    try:
        font = ImageFont.truetype(path, 20)
        family, style = font.getname()
    except OSError as error:
        raise BrokenFont(path, str(error)) from error
    coverage(path, 0)  # a file whose character map is broken is refused here, not while drawing
    return (_described(family or Path(path).stem, style or "", path, 0, font),)


@cache
def coverage(path: str, index: int) -> frozenset[int]:
    """The code points that a face has glyphs for. Raises BrokenFont."""
    name = f"{hashlib.sha256(path.encode()).hexdigest()[:16]}-{index}"
    ranges = user_cache("fonts").stamped(name, file_stamp(path), lambda: _ranges(_read_coverage(path, index)))
    return frozenset(point for first, last in ranges for point in range(first, last + 1))


def _ranges(points: Iterable[int]) -> list[list[int]]:
    """The points as first and last of every stretch without a gap."""
    ranges: list[list[int]] = []
    for point in sorted(points):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return ranges


def _read_coverage(path: str, index: int) -> Iterable[int]:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, lazy=True, fontNumber=index) as font:
            return tuple(font.getBestCmap() or ())
    except (TTLibError, OSError, LookupError, ValueError, TypeError, AssertionError, ImportError, EOFError, *_DAMAGE) as error:
        raise BrokenFont(path, str(error) or type(error).__name__) from error


@lru_cache(1024)
def face(files: tuple[FontFile, ...], weight: float, width: float, italic: bool, embolden: bool = False) -> Face:
    """The face of a family nearest to what is asked. Slant is synthesised where no file has it, weight only if `embolden`."""

    def distance(item: FontFile) -> tuple[float, float, float]:
        return (item.italic is not italic, abs(width - _clamp(width, item.widths)), abs(weight - _clamp(weight, item.weights)))

    item = min(files, key=distance)
    real_weight, real_width = _clamp(weight, item.weights), _clamp(width, item.widths)
    lack = weight - real_weight if embolden and weight >= 600 else 0
    return Face(
        family=item.family,
        path=item.path,
        index=item.index,
        weight=real_weight,
        width=real_width,
        axes=_axes(item.path, item.index, real_weight, real_width),
        slant=0.2 if italic and not item.italic else 0.0,
        embolden=min(0.03, lack / 500 * 0.03) if lack >= 150 else 0.0,
    )


@lru_cache(1024)
def _axes(path: str, index: int, weight: float, width: float) -> tuple[float, ...]:
    try:
        axes = ImageFont.truetype(path, 20, index=index).get_variation_axes()
    except OSError:
        return ()
    requested = {b"Weight": weight, b"Width": width}
    return tuple(_clamp(requested.get(axis["name"] or b"", axis["default"] or 0), _limits(axis)) for axis in axes)


@lru_cache(256)
def open_font(face: Face, size: float) -> ImageFont.FreeTypeFont:
    """The face at a size in pixels, its axes set."""
    try:
        font = ImageFont.truetype(face.path, size, index=face.index, layout_engine=ImageFont.Layout.RAQM)
        if face.axes:
            font.set_variation_by_axes(list(face.axes))
    except OSError as error:
        raise BrokenFont(face.path, str(error)) from error
    return font


def fallback_files(exclude: Iterable[str]) -> Iterator[tuple[FontFile, ...]]:
    """Every other installed family, packages first: the last places to look for a rare character."""
    seen = set(exclude)
    for source in (families, system_families):
        for name, files in source().items():
            if name not in seen and not files[0].italic:
                seen.add(name)
                yield files


def _clamp(value: float, limits: tuple[float, float]) -> float:
    return min(max(value, limits[0]), limits[1])
