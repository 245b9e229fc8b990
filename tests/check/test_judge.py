"""The judge on readings made by hand: one golden table of what it says about each."""

from __future__ import annotations

from pathlib import Path

from layoutgen.check import judge
from layoutgen.check.model import CodeReading, ContrastReading, ReaderLimit, Reading, ReadLine, Verdict
from layoutgen.conditions.model import Conditions, ContrastRule, Overlay
from tests.check.factories import conditions, line, perfect, sale, slogan
from tests.goldens import check_golden

GOLDEN = Path(__file__).parent / "goldens" / "judge.txt"
PRICE = slogan("price", "9,99 €", (300, 900, 480, 100), 60)
LOGO = Overlay(id="logo", kind="image", source="logo.png", box=(800, 1100, 200, 120))
CODE = Overlay(id="link", kind="qr", source="https://example.com/s", box=(60, 1080, 160, 160))
TYPESET = Overlay(id="price", kind="text", source="9,99 €", box=PRICE.box, glyph=PRICE)
DARK = ReaderLimit(reason="The reader cannot read Cyrillic letters.")
LOOSE_BOX = (0, 0, 1080, 1350)


def one(text: str, **more: object) -> Conditions:
    return conditions(slogan("a", text, (100, 100, 880, 120), **more))  # type: ignore[arg-type]


def read(what: Conditions, *texts: str, found: tuple[ReadLine, ...] = ()) -> Reading:
    return perfect(what, dict(zip((glyph.id for glyph in what.glyphs), texts, strict=False)), found)


def cases() -> dict[str, Verdict]:
    four = sale()
    verdicts: dict[str, Verdict] = {}

    def add(name: str, what: Conditions, reading: Reading, unreadable: dict[str, ReaderLimit] | None = None) -> None:
        verdicts[name] = judge(what, reading, unreadable)

    add("perfect", four, perfect(four))
    add("a letter missing", four, perfect(four, {"header.headline": "SUMER SALE"}))
    add("a letter too much", four, perfect(four, {"header.headline": "SUMMER SALES"}))
    add("another letter", four, perfect(four, {"header.headline": "SUMMER SAIE"}))
    add("a word missing", four, perfect(four, {"header.headline": "SUMMER"}))
    add("a word doubled", four, perfect(four, {"header.headline": "SUMMER SUMMER SALE"}))
    add("all of it doubled in place", four, perfect(four, {"header.headline": "SUMMER SALE SUMMER SALE"}))
    add("words swapped", four, perfect(four, {"header.headline": "SALE SUMMER"}))
    add("nothing there", four, perfect(four, {"header.headline": ""}))
    add("rubbish", four, perfect(four, {"header.headline": "Lorem dolor"}))
    add("a wrong digit", four, perfect(four, {"offer.1": "Up to 60% off"}))
    add("a letter for a digit", four, perfect(four, {"offer.1": "Up to 5O% off"}))
    add("two slogans swapped", four, perfect(four, {"header.headline": "Up to 50% off", "offer.1": "SUMMER SALE"}))
    add("doubled elsewhere", four, perfect(four, found=(line("SUMMER SALE", (200, 700, 600, 90)),)))
    add("doubled within one found line", four, perfect(four, found=(line("Up to 50% off 50% off", (250, 320, 900, 109)),)))
    add("extra text", four, perfect(four, found=(line("HOT DEAL", (200, 700, 400, 90)),)))
    add("extra text, warn", sale(extra="warn"), perfect(four, found=(line("HOT DEAL", (200, 700, 400, 90)),)))
    add("extra text, allow", sale(extra="allow"), perfect(four, found=(line("HOT DEAL", (200, 700, 400, 90)),)))
    add("extra text, too small", four, perfect(four, found=(line("HOT DEAL", (200, 700, 400, 18)),)))
    add("extra text, one doubtful letter", four, perfect(four, found=(line("y", (200, 700, 90, 90), 0.55),)))
    add("the same text found again", four, perfect(four, found=(line("SUMNER SALE", (120, 75, 840, 150), 0.8),)))
    add("wrong place", four, perfect(four, {"offer.1": ""}, (line("Up to 50% off", (100, 900, 500, 90)),)))
    split = (line("Up to", (170, 330, 200, 90)), line("50% off", (420, 332, 300, 90)))
    add("found in two pieces in place", four, perfect(four, {"offer.1": ""}, split))
    add("spaces lost", four, perfect(four, {"header.headline": "SUMMERSALE"}))
    add("letters of another size", one("Sale Voucher"), read(one("Sale Voucher"), "sale voucher".replace("s", "S", 1)))
    add("letters of a size that nothing shows", one("US 50"), read(one("US 50"), "us 50"))
    add("capitals for small letters", one("Sale"), read(one("Sale"), "SALE"))
    add(
        "quotes and dashes",
        one("“Don’t wait” – it’s now"),
        read(one("“Don’t wait” – it’s now"), "\"Don't wait\" - it's now"),
    )
    add("Cyrillic for Latin", one("CAT"), read(one("CAT"), "САТ"))
    add("Cyrillic asked, Latin read", one("САТ"), read(one("САТ"), "CAT"), {"a": DARK})
    add("Cyrillic digits", one("Скидка 50%"), read(one("Скидка 50%"), "CKMAKa 50%"), {"a": DARK})
    digits = one("Скидка 50%", verify="digits")
    add("Cyrillic under digits", digits, read(digits, "CKMAKa 50%"), {"a": DARK})
    allowed = one("Привет", unchecked="allow")
    add("unchecked, allowed", allowed, read(allowed, "TpnBer"), {"a": DARK})
    add("unchecked, not allowed", one("Привет"), read(one("Привет"), "TpnBer"), {"a": DARK})
    digits_allowed = one("Привет 5", unchecked="allow")
    add("unchecked with a digit, allowed", digits_allowed, read(digits_allowed, "TpnBer 5"), {"a": DARK})
    nothing = perfect(allowed, {"a": ""})
    unseen = nothing.model_copy(update={"regions": (nothing.regions[0].model_copy(update={"seen": False}),)})
    add("unchecked, nothing there", allowed, unseen, {"a": DARK})
    add("unreadable, but read right", one("Sale"), read(one("Sale"), "Sale"), {"a": DARK})
    unicase = {"a": ReaderLimit(reason="The typeface has one form of each letter.", caseless=True)}
    add("a typeface of capitals", one("Sale 5%"), read(one("Sale 5%"), "SALE 5%"), unicase)
    add("a typeface of capitals, misspelt", one("Sale 5%"), read(one("Sale 5%"), "SALLE 5%"), unicase)
    loose = one("While stocks last. See shop.", verify="loose")
    add("loose, close", loose, read(loose, "While stock last. See shop."))
    add("loose, far", loose, read(loose, "Wile stok last. Se shp."))
    off = one("Scribble", verify="off")
    add("off", off, read(off, ""))
    off_digits = one("Scribble 10", verify="off")
    add("off with digits", off_digits, read(off_digits, "Scrbl 16"))
    faint = perfect(four).model_copy(
        update={
            "regions": tuple(
                region.model_copy(update={"lines": (line("Up to 50% off", (250, 320, 500, 109), 0.98, 0.3),)})
                if region.id == "offer.1"
                else region
                for region in perfect(four).regions
            )
        }
    )
    add("a digit in doubt", four, faint)
    covers = sale(overlays=(LOGO, CODE, TYPESET))
    seen = (line("ACME", (820, 1120, 150, 60)), line("9,99 €", (310, 905, 400, 80)))
    decoded = perfect(four, found=seen).model_copy(
        update={"codes": (CodeReading(content="https://example.com/s", box=(70, 1090, 140, 140)),)}
    )
    add("overlays", covers, decoded)
    wrong = decoded.model_copy(update={"codes": (CodeReading(content="https://example.com/x", box=(70, 1090, 140, 140)),)})
    add("a code of something else", covers, wrong)
    ruled = sale(contrast=(ContrastRule(element="header", operator=">=", value=4.5),))
    pale = perfect(four).model_copy(update={"contrast": (ContrastReading(id="header.headline", ratio=2.1),)})
    add("contrast too low", ruled, pale)
    texts = ("GRAND OPENING", "FREE COFFEE")
    anywhere = [slogan(f"t.{n}", text, LOOSE_BOX).model_copy(update={"line_boxes": ()}) for n, text in enumerate(texts)]
    everywhere = conditions(*anywhere)
    words = {"COFFEE": (300, 800), "GRAND": (300, 100), "FREE": (300, 700), "OPENING": (300, 210), "Est. 1999": (700, 1200)}
    lines = tuple(line(text, (left, top, 50 * len(text), 90)) for text, (left, top) in words.items())
    add("places unknown", everywhere, Reading(reader="test", regions=(), found=lines))
    return verdicts


def described(name: str, verdict: Verdict) -> str:
    out = [f"## {name}: {verdict.status}, score {verdict.score}"]
    for item in verdict.slogans:
        if item.status != "passed" or item.reason:
            not_passed = "" if item.passed else ", not passed"
            out.append(f"{item.id} {item.status}{not_passed}: read {item.read!r}, distance {item.distance}")
            out += [f"    {item.reason}"] if item.reason else []
    out += [f"extra: {item.text!r} at {item.box}" for item in verdict.extra]
    out += [f"code {item.id}: {'passed' if item.passed else 'failed'}" for item in verdict.codes]
    out += [f"warning: {text}" for text in verdict.warnings]
    out += [f"reason: {text}" for text in verdict.reasons]
    return "\n".join(out)


def test_golden() -> None:
    check_golden(GOLDEN, "\n\n".join(described(name, verdict) for name, verdict in cases().items()) + "\n")


def test_what_must_pass_and_what_must_not() -> None:
    passing = {
        *("perfect", "extra text, warn", "extra text, allow", "extra text, too small", "extra text, one doubtful letter"),
        *("the same text found again", "found in two pieces in place", "spaces lost", "letters of a size that nothing shows"),
        *("quotes and dashes", "unchecked, allowed", "unreadable, but read right", "a typeface of capitals", "loose, close"),
        *("off", "overlays"),
    }
    verdicts = cases()
    assert {name for name, verdict in verdicts.items() if verdict.passed} == passing
    unchecked = {name for name, verdict in verdicts.items() if verdict.status == "unchecked"}
    assert unchecked == {"unchecked, not allowed", "Cyrillic asked, Latin read"}


def test_typeset_slogans_of_a_picture_from_elsewhere_are_read() -> None:
    covers = conditions(overlays=(TYPESET,))
    missing = Reading(reader="test", regions=(), found=())
    assert judge(covers, missing).slogans[0].status == "typeset"
    assert judge(covers, missing, composited=False).slogans[0].status == "failed"
    there = Reading(reader="test", regions=(), found=(line("9,99 €", (310, 905, 400, 80)),))
    assert judge(covers, there, composited=False).slogans[0].status == "passed"
