"""The verdict on one reading: a pure function of the conditions, what was read, and what cannot be read at all."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence

from layoutgen.base.geometry import centre as centre_of
from layoutgen.base.geometry import contains, covered, grow, upright
from layoutgen.base.model import Box
from layoutgen.check.certainty import certainty, doubted
from layoutgen.check.colors import color_verdicts, color_warnings
from layoutgen.check.compare import Comparison, compare, distance, other_spaces
from layoutgen.check.extra import extra_text
from layoutgen.check.legibility import flaws, flaws_of_drawn, marred, set_as_asked
from layoutgen.check.matching import ExpectedSlogan, TextBlock, leftovers, match
from layoutgen.check.model import CodeVerdict, Extra, Fault, ReaderLimit, Reading, ReadLine, SloganVerdict, Verdict
from layoutgen.check.normalise import figures, fold, has_digits, is_digit
from layoutgen.check.placement import in_place
from layoutgen.check.read import SET_TYPE, slogans
from layoutgen.check.reasons import confusable, different, faint, misplaced, missing, split_up, unasked, upside_down
from layoutgen.check.target import cased, policy_of
from layoutgen.conditions.model import Conditions, Glyph

FAINT = 0.5
"""A digit read with less confidence than this does not pass, right or not."""
_OPERATORS = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


def judge(
    conditions: Conditions, reading: Reading, unreadable: Mapping[str, ReaderLimit] | None = None, *, composited: bool = True
) -> Verdict:
    """Judge a reading.

    `unreadable`: id → what the reader cannot tell about that slogan (`calibrate`). `composited`: layoutgen put the overlays
    on this picture, so typeset slogans are exact; otherwise they are judged like any other.
    """
    unreadable = unreadable or {}
    glyphs = slogans(conditions, composited=composited)
    judged = [glyph for glyph in glyphs if policy_of(glyph) != "off"]
    loose, repeated, regions = _blocks(conditions, reading, judged, composited=composited)
    expected = [
        ExpectedSlogan(glyph.id, glyph.text, _place(glyph), glyph.direction == "vertical", glyph.room) for glyph in judged
    ]
    matched = match(expected, regions, loose)

    lookalikes = {region.id: region.really for region in reading.regions if region.really}
    overlays = {glyph.id for glyph in conditions.typeset_glyphs}
    flawed = {**flaws_of_drawn(reading.likenesses), **flaws(reading.letterforms, overlays=overlays)}
    turned = {region.id for region in reading.regions if region.upside_down}
    unseen = {region.id for region in reading.regions if not region.seen}
    settled = {item.id for item in reading.letterforms if set_as_asked(item)}
    by_id = {region.id: region for region in reading.regions}
    colors = color_verdicts(conditions, reading.colors)
    off_color = {item.id: item.reason for item in colors if item.part == "lettering"}
    verdicts, warnings = [], list(reading.warnings)
    for glyph in glyphs:
        verdict, warned = _slogan(glyph, matched.get(glyph.id), unreadable.get(glyph.id), seen=glyph.id not in unseen)
        if verdict.passed and (lookalike := lookalikes.get(glyph.id)):
            changes: dict[str, object] = {
                "read": lookalike,
                "distance": round(distance(glyph.text, lookalike), 4),
                "fault": _fault(glyph.text, lookalike),
            }
            reason = confusable(glyph.text, lookalike)
            verdict = verdict.model_copy(update={"status": "failed", "passed": False, "reason": reason, **changes})
        if verdict.passed and glyph.id in turned:
            verdict = verdict.model_copy(
                update={"status": "failed", "passed": False, "reason": upside_down(glyph.text), "fault": "place"}
            )
        verdict = marred(verdict, flawed.get(glyph.id), policy_of(glyph))
        verdict = _with_broken_rules(verdict, _contrast(conditions, reading, glyph), "contrast")
        verdict = _with_broken_rules(verdict, off_color.get(glyph.id, ""), "color")
        if verdict.passed and verdict.status == "passed" and glyph.id in by_id:
            region = by_id[glyph.id]
            sure = certainty(region, exact=region.reader == SET_TYPE)
            verdict = verdict.model_copy(update={"certainty": sure})
            verdict = doubted(verdict, region, policy_of(glyph), settled=glyph.id in settled)
        verdicts.append(verdict)
        warnings += warned
    if composited:
        for glyph in conditions.typeset_glyphs:
            verdict = _with_broken_rules(_typeset(glyph), _contrast(conditions, reading, glyph), "contrast")
            verdicts.append(_with_broken_rules(verdict, off_color.get(glyph.id, ""), "color"))

    unreadable_places = [_place(glyph) for glyph in judged if glyph.id in unreadable and not unreadable[glyph.id].partial]
    extra = extra_text(conditions, matched, regions, loose, repeated, unreadable_places)
    codes = tuple(
        _code(overlay.id, overlay.source, overlay.box, overlay.rotation, reading)
        for overlay in conditions.overlays
        if overlay.kind == "qr"
    )
    unasked_for = [unasked(item.text, tuple(glyph.text for glyph in glyphs)) for item in extra]
    if conditions.policy.extra == "warn":
        warnings += unasked_for
    warnings += color_warnings(conditions, reading.colors)
    reasons = [f"`{item.id}`: {item.reason}" for item in verdicts if not item.passed]
    reasons += unasked_for if conditions.policy.extra == "fail" else []
    reasons += [f"The QR code `{code.id}` cannot be decoded to its content." for code in codes if not code.passed]
    reasons += [f"`{item.id}`: {item.reason}" for item in colors if item.part == "panel" and not item.passed]
    failed = any(item.status == "failed" for item in verdicts) or not all(code.passed for code in codes)
    failed = failed or not all(item.passed for item in colors)
    failed = failed or bool(extra and conditions.policy.extra == "fail")
    passed = not failed and all(item.passed for item in verdicts)
    return Verdict(
        status="failed" if failed else "passed" if passed else "unchecked",
        passed=passed,
        score=_score(verdicts, extra if conditions.policy.extra != "allow" else ()),
        slogans=tuple(verdicts),
        extra=extra,
        codes=codes,
        colors=colors,
        warnings=tuple(dict.fromkeys(warnings)),
        reasons=tuple(dict.fromkeys(reasons)),
    )


def _blocks(
    conditions: Conditions, reading: Reading, judged: Sequence[Glyph], *, composited: bool
) -> tuple[list[ReadLine], frozenset[int], list[TextBlock]]:
    """Detected lines that no region has read already, which of them repeat a region, and the regions' own readings."""
    known = {glyph.id for glyph in judged}
    regions = []
    for region in sorted(reading.regions, key=lambda region: region.id):
        lines = tuple(line for line in region.lines if fold(line.text))
        if region.id in known and lines:
            regions.append(TextBlock(lines, region.id))
    hidden = [upright(item.box, item.rotation) for item in conditions.overlays if composited or item.kind != "text"]
    hidden += [_place(glyph) for glyph in slogans(conditions, composited=composited) if policy_of(glyph) == "off"]
    found = sorted(reading.found, key=lambda line: (line.box, line.text, line.score, line.scores))
    left = leftovers([line for line in found if fold(line.text) and covered(line.box, hidden) < 0.5], regions)
    repeated = frozenset(number for number, item in enumerate(left) if item.repeated)
    return [item.line for item in left], repeated, regions


def _place(glyph: Glyph) -> Box:
    return upright(glyph.box, glyph.rotation)


def _slogan(
    glyph: Glyph, block: TextBlock | None, unreadable: ReaderLimit | None, *, seen: bool
) -> tuple[SloganVerdict, list[str]]:
    policy = policy_of(glyph)
    read = block.text if block else ""
    error = distance(glyph.text, read) if policy != "off" else 0.0
    result = SloganVerdict(
        id=glyph.id,
        expected=glyph.text,
        read=read,
        status="passed",
        passed=True,
        distance=round(error, 4),
        box=glyph.box,
        read_box=block.box if block else None,
    )
    if policy == "off":
        reason = "Not checked, as the poster says."
        return result.model_copy(update={"status": "unchecked", "reason": reason}), []
    known = unreadable or ReaderLimit(reason="")
    checkable = unreadable is None or known.partial
    comparison = compare(
        *(glyph.text, read, policy if checkable else "exact"),
        caseless=known.caseless,
        spaced=known.spaced,
        cased=block is None or cased(glyph.text, block.lines),
    )
    result = result.model_copy(update={"distance": round(comparison.distance, 4)})
    fault, reason = _wrong(glyph, block, comparison)
    if not fault:
        return result, [*_remarks(glyph, block, comparison), *([f"`{glyph.id}`: {known.reason}"] if known.caseless else [])]
    if unreadable is not None and not checkable and (block is not None or seen):
        if has_digits(glyph.text):
            fault, reason = "unreadable", f"{unreadable.reason} Text with digits may not go unchecked."
        else:
            allowed = glyph.unchecked == "allow"
            update = {"status": "unchecked", "passed": allowed, "reason": unreadable.reason, "fault": "unreadable"}
            return result.model_copy(update=update), []
    return result.model_copy(update={"status": "failed", "passed": False, "reason": reason, "fault": fault}), []


def _wrong(glyph: Glyph, block: TextBlock | None, comparison: Comparison) -> tuple[Fault, str]:
    """What is wrong with a slogan, as a code and in words; both empty when it passes."""
    if block is None:
        return "missing", missing(glyph.text)
    if comparison.split:
        return "digits", split_up(glyph.text, block.text, comparison.split)
    if not comparison.right:
        return _fault(glyph.text, block.text), different(glyph.text, block.text, policy_of(glyph))
    if block.home != glyph.id and not in_place(block.box, _place(glyph), glyph.room):
        return "place", misplaced(glyph.text)
    for character, score in _scores(block):
        if is_digit(character) and score < FAINT:
            return "digits", faint(glyph.text, character)
    return "", ""


def _fault(expected: str, read: str) -> Fault:
    if fold(read) == fold(expected) * 2:
        return "doubled"
    return "digits" if figures(expected) != figures(read) else "letters"


def _remarks(glyph: Glyph, block: TextBlock | None, comparison: Comparison) -> list[str]:
    """Warnings about a slogan that passes."""
    remarks: list[str] = []
    if block is None:
        return remarks
    if comparison.size:
        remarks.append(f"`{glyph.id}`: some letters of `{block.text}` may be capital or small, as these differ only in size.")
    if comparison.spacing and other_spaces(glyph.text, [line.text for line in block.lines]):
        remarks.append(f"`{glyph.id}`: the spaces in `{block.text}` differ from `{' '.join(glyph.text.split())}`.")
    if comparison.distance:
        remarks.append(f"`{glyph.id}`: reads `{block.text}`, close enough to `{' '.join(glyph.text.split())}` for this poster.")
    return remarks


def _scores(block: TextBlock) -> list[tuple[str, float]]:
    return [
        pair for line in block.lines if len(line.scores) == len(line.text) for pair in zip(line.text, line.scores, strict=True)
    ]


def _with_broken_rules(verdict: SloganVerdict, broken: str, fault: Fault) -> SloganVerdict:
    """The verdict on a slogan of which the poster requires more than its words. `broken`: a sentence on what does not hold."""
    if not broken:
        return verdict
    reason = f"{verdict.reason} {broken}".strip()
    update = {"status": "failed", "passed": False, "reason": reason, "fault": verdict.fault or fault}
    return verdict.model_copy(update=update)


def _typeset(glyph: Glyph) -> SloganVerdict:
    return SloganVerdict(
        id=glyph.id,
        expected=glyph.text,
        read=glyph.text,
        status="typeset",
        passed=True,
        distance=0.0,
        box=glyph.box,
        read_box=glyph.box,
    )


def _contrast(conditions: Conditions, reading: Reading, glyph: Glyph) -> str:
    for rule in conditions.contrast:
        if rule.element in (glyph.id, glyph.region):
            for measured in reading.contrast:
                if measured.id == glyph.id and not _OPERATORS[rule.operator](measured.ratio, rule.value):
                    return f"Its contrast is {measured.ratio:.1f}, but the poster requires {rule.operator} {rule.value:g}."
    return ""


def _code(name: str, content: str, box: Box, degrees: float, reading: Reading) -> CodeVerdict:
    place = upright(box, degrees)
    wide = grow(place, 0.25 * place[2], 0.25 * place[3])
    return CodeVerdict(id=name, passed=any(c.content == content and contains(wide, centre_of(c.box)) for c in reading.codes))


def _score(verdicts: Sequence[SloganVerdict], extra: Sequence[Extra]) -> float:
    """The share of the expected characters that are there and right; unasked-for text counts against it."""
    there = total = 0.0
    for verdict in verdicts:
        if verdict.status == "unchecked":
            continue
        weight = max(1, len(fold(verdict.expected)))
        misplaced_share = 0.5 if verdict.status == "failed" and verdict.distance == 0 else 1.0
        there += weight * (1 - verdict.distance) * misplaced_share
        total += weight
    total += sum(len(fold(item.text)) for item in extra)
    return round(there / total, 4) if total else 1.0
