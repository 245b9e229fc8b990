from __future__ import annotations

from pathlib import Path

import pytest

from layoutgen.base.style import Lettering
from layoutgen.typeset import BrokenFont, MissingGlyphs, UnknownFont, choose, faces, natural_width
from layoutgen.typeset.catalogue import GENRES, understand
from layoutgen.typeset.inventory import families


@pytest.mark.parametrize(
    ("words", "family"),
    [
        ("heavy condensed sans", "Anton"),
        ("bold condensed sans", "Oswald"),
        ("heavy sans", "Noto Sans"),
        ("elegant serif", "Playfair Display"),
        ("bold serif", "Noto Serif"),
        ("sans serif", "Noto Sans"),
        ("slab", "Alfa Slab One"),
        ("script", "Lobster"),
        ("hand-painted brush letters", "Pacifico"),
        ("art deco", "Bebas Neue"),
        ("wide grotesque", "Archivo"),
        ("letters made of clouds", "Noto Sans"),
        (None, "Noto Sans"),
    ],
)
def test_words_choose_a_family(words: str | None, family: str) -> None:
    assert choose(Lettering(face=words), "Sale", "en").primary.family == family


def test_every_genre_ends_in_an_installed_family() -> None:
    assert [genre.name for genre in GENRES if not any(name.lower() in families() for name in genre.families)] == []


def test_words_give_weight_width_and_slant() -> None:
    wish = understand("thin condensed italic sans")
    assert (wish.weight, wish.width, wish.italic) == (100, 75, True)


def test_weight_is_set_on_variable_fonts() -> None:
    light, black = (natural_width("Sale", Lettering(weight=weight), 100, "en") for weight in (100, 900))
    assert black > light * 1.1


@pytest.mark.parametrize(
    ("text", "locale", "family"),
    [
        ("夏季", "zh", "Noto Sans CJK SC"),
        ("夏季", "zh-Hant-TW", "Noto Sans CJK TC"),
        ("夏", "ja-JP", "Noto Sans CJK JP"),
        ("여름", "ko", "Noto Sans CJK KR"),
        ("مرحبا", "ar", "Noto Sans Arabic"),
        ("שלום", "he", "Heebo"),
        ("Привет", "ru", "Oswald"),
        ("Γεια", "el", "Noto Sans"),
    ],
)
def test_other_scripts_find_a_face(text: str, locale: str, family: str) -> None:
    from layoutgen.typeset.bidi import has_rtl
    from layoutgen.typeset.shape import atoms

    choice = choose(Lettering(face="heavy condensed sans"), text, locale)
    assert {atom.face.family for atom in atoms(choice, text, has_rtl(text), False)} == {family}


def test_an_accent_that_the_face_lacks_moves_the_whole_word() -> None:
    from layoutgen.typeset.shape import atoms

    def families(text: str, word: str) -> set[str]:
        choice = choose(Lettering(face="heavy condensed sans"), text, "ru")
        return {atom.face.family for atom in atoms(choice, word, False, False)}

    # Anton has no Cyrillic; what is missing moves the words of its own script only
    assert families("ЛЕТО sale", "sale") == {"Anton"}
    assert families("ЛЕТО sale", "ЛЕТО") == {"Oswald"}
    assert families("Ầ sale 50%", "Ầ") == families("Ầ sale 50%", "sale") == families("Ầ sale 50%", "50%")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("தமிழ்", "`pip install fontpkg-noto-sans-tamil` brings a font that has them"),
        ("ខ្មែរ తెలుగు", "`pip install fontpkg-noto-sans-khmer fontpkg-noto-sans-telugu` bring fonts that have them"),
        ("বাংলা", "on Debian and Ubuntu `apt install fonts-noto-core` brings a font that has them"),
        ("\U0010fffd", ""),
    ],
)
def test_missing_letters_name_the_package_that_has_them(text: str, hint: str) -> None:
    from layoutgen.typeset.fonts import package_hint

    assert package_hint(text) == hint


def test_cjk_weight_is_synthesised() -> None:
    assert choose(Lettering(weight=800), "大", "zh").cjk.embolden > 0  # type: ignore[union-attr]
    assert choose(Lettering(weight=400), "大", "zh").cjk.embolden == 0  # type: ignore[union-attr]


def test_italic_is_real_where_there_is_a_file_and_sheared_elsewhere() -> None:
    assert choose(Lettering(italic=True), "a", "en").primary.slant == 0
    assert "Italic" in choose(Lettering(italic=True), "a", "en").primary.path
    assert choose(Lettering(font="Anton", italic=True), "a", "en").primary.slant > 0


def test_family_names_take_any_case() -> None:
    assert choose(Lettering(font="PLAYFAIR display"), "a", "en").primary.family == "Playfair Display"


def test_a_named_font_is_never_swapped() -> None:
    with pytest.raises(MissingGlyphs) as caught:
        choose(Lettering(font="Anton"), "Sale 大促销", "zh")
    assert caught.value.characters == ("大", "促", "销")
    assert caught.value.font == "Anton"


def test_characters_that_nothing_has() -> None:
    with pytest.raises(MissingGlyphs) as caught:
        choose(Lettering(), "a\U0010fffd", "en")
    assert caught.value.characters == ("\U0010fffd",)
    assert caught.value.font is None


def test_an_unknown_family_suggests_close_ones() -> None:
    with pytest.raises(UnknownFont) as caught:
        choose(Lettering(font="Antonn"), "a", "en")
    assert caught.value.suggestions[0] == "Anton"


@pytest.mark.parametrize("content", [b"", b"this is not a font", b"\x00\x01\x00\x00" + b"\xff" * 200])
def test_a_broken_font_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "loud.ttf"
    path.write_bytes(content)
    with pytest.raises(BrokenFont) as caught:
        choose(Lettering(font=str(path)), "a", "en")
    assert caught.value.path == str(path)


def test_a_cut_off_font_file_is_broken_or_lacks_letters(tmp_path: Path) -> None:
    whole = Path(choose(Lettering(font="Anton"), "a", "en").primary.path).read_bytes()
    for share in (0.1, 0.5):
        path = tmp_path / f"cut{share}.ttf"
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises((BrokenFont, MissingGlyphs)):
            natural_width("Hello", Lettering(font=str(path)), 20, "en")


def test_faces_lists_families_with_their_scripts() -> None:
    listed = {face.family: face for face in faces()}
    assert listed["Noto Sans"].weights == (100, 900)
    assert listed["Noto Sans"].italic
    assert "Cyrillic" in listed["Noto Sans"].scripts
    assert listed["Anton"].words == ("heavy condensed sans",)
