"""The same picture again: from the record alone, with the same renderer; and why not, where that cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layoutgen.compositing.composite import composite
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.loop.attempts import act
from layoutgen.loop.patch import Patch, kept_of, remake
from layoutgen.loop.typeset_fallback import typeset_over
from layoutgen.record import Attempt, Lineage, Record, digest_of, pixel_hash, versions
from layoutgen.record.artefacts import read_artefacts
from layoutgen.renderers import Rendered, Renderer, open_renderer
from layoutgen.retry import Decision

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, eq=False)
class Replayed:
    """The picture that came out, and whether it is the recorded one pixel for pixel."""

    picture: Image
    expected: str
    pixels: str
    reasons: tuple[Diagnostic, ...]
    """What is not as it was then; where the pixels differ, at least one."""

    @property
    def equal(self) -> bool:
        return self.pixels == self.expected


def replay(
    record: Record, folder: Path, *, renderer: Renderer | None = None, options: Mapping[str, Any] | None = None
) -> Replayed:
    """Render the record's best picture again.

    `folder`: where the record lies; a redone picture needs the older one beside it. `renderer`: an open handle, else the
    recorded one is opened as it was, with `options` on top.
    Raises PosterError when it cannot: LG673 another renderer or other weights, LG674 pictures or fonts that are missing or
    changed, LG675 and LG676 what a redone picture was made from, LG501 and what else the renderer says.
    """
    problems = list(changed_assets(record))
    if problems:
        raise PosterError(problems)
    if renderer is not None:
        return _replay(record, folder, renderer)
    with open_recorded(record, options) as opened:
        return _replay(record, folder, opened)


def open_recorded(record: Record, options: Mapping[str, Any] | None = None) -> Renderer:
    """The renderer of a record, opened as it was then. LG673 for one that is not installed; what `open_renderer` raises."""
    name = str(record.renderer.get("name", ""))
    try:
        return open_renderer(name, **{**record.options, **(options or {})})
    except PosterError as error:
        if error.diagnostics[0].code != "LG500":
            raise
        hint = "install what brought it, or render the poster with another one"
        raise PosterError(
            Diagnostic("LG673", f"the picture was made by `{name}`, which is not installed here", hint=hint)
        ) from None


def changed_assets(record: Record) -> list[Diagnostic]:
    """LG674 for every picture or font of the conditions that is missing, or is not what it was."""
    problems = []
    for asset in record.assets:
        now = digest_of(Path(asset.name))
        if now is None or now.sha256 != asset.sha256:
            what = "is not there any more" if now is None else "has been changed since"
            problems.append(
                Diagnostic("LG674", f"`{asset.name}` {what}", hint="put it back as it was, or render the poster again")
            )
    return problems


def _replay(record: Record, folder: Path, renderer: Renderer) -> Replayed:
    _same_weights(record, renderer)
    best = record.attempts[record.best]
    if record.origin is not None:
        rendered, picture = _patched(record, record.origin, best, folder, renderer)
    else:
        rendered = _chain(record, renderer)
        picture = _finished(record, best, rendered)
    pixels = pixel_hash(picture)
    reasons = tuple(_reasons(record, best, renderer, rendered)) if pixels != best.pixels else ()
    return Replayed(picture, best.pixels, pixels, reasons)


def _chain(record: Record, renderer: Renderer) -> Rendered:
    """The best attempt, and before it those that it began from."""
    needed = [record.best]
    while (start := record.attempts[needed[-1]].start) is not None and start < needed[-1]:
        needed.append(start)
    rendered: Rendered | None = None
    for index in reversed(needed):
        attempt = record.attempts[index]
        if attempt.action == "typeset":
            continue  # done on the picture of the one before
        decision = Decision(
            attempt.action, attempt.seed, boxes=attempt.boxes, options=attempt.options, emphasis=attempt.emphasis
        )
        rendered = act(renderer, record.conditions, decision, rendered)
    assert rendered is not None, "typesetting has a picture to start from"
    return rendered


def _finished(record: Record, attempt: Attempt, rendered: Rendered) -> Image:
    """The picture with everything on it that is exact."""
    if attempt.action != "typeset" or attempt.start is None:
        return composite(rendered.image, record.conditions)
    before, plate = record.attempts[attempt.start].verdict, bool(attempt.options.get("plate"))
    return typeset_over(rendered.image, record.conditions, attempt.targets, before, plate=plate)[0]


def _patched(record: Record, lineage: Lineage, attempt: Attempt, folder: Path, renderer: Renderer) -> tuple[Rendered, Image]:
    original = kept_of(lineage, folder)
    artefacts = read_artefacts(folder / lineage.artefacts) if lineage.artefacts else {}
    patch = Patch(lineage.parts, lineage.boxes, lineage.protected, lineage.feather)
    return remake(renderer, record.conditions, original, artefacts, patch, seed=attempt.seed, options=attempt.options)


def _same_weights(record: Record, renderer: Renderer) -> None:
    """LG673 unless everything of the identity but versions of packages is the same."""
    now = {"name": renderer.name, **renderer.identity}
    packages = set(record.versions) | set(versions())
    changed = [
        name for name in {**record.renderer, **now} if name not in packages and record.renderer.get(name) != now.get(name)
    ]
    if changed:
        hint = "open it with the same weights: `--model` takes a name on the hub or a folder"
        raise PosterError(
            Diagnostic(
                "LG673",
                f"the {name} of the renderer was `{record.renderer.get(name, 'none')}`, and is `{now.get(name, 'none')}` here",
                hint=hint,
            )
            for name in changed
        )


def _reasons(record: Record, attempt: Attempt, renderer: Renderer, rendered: Rendered) -> list[Diagnostic]:
    """Why the pixels may differ: versions, settings, or neither."""
    same_kind = (
        (record.versions, dict(versions())),
        ({name: value for name, value in record.renderer.items() if name != "name"}, dict(renderer.identity)),
    )
    differences = dict.fromkeys(
        f"{name} was {then.get(name, 'not there')} and is {now.get(name, 'not there')}"
        for then, now in same_kind
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    )
    settings = [
        name
        for name in sorted({*attempt.settings, *rendered.settings} - {"memory"})
        if _plain(attempt.settings.get(name)) != _plain(rendered.settings.get(name))
    ]
    diagnostics = [
        Diagnostic("LG677", f"the pixels differ: {difference}", hint="install that version", severity="warning")
        for difference in differences
    ]
    diagnostics += [
        Diagnostic("LG677", f"the pixels differ: `{name}` of the renderer's settings is not as it was", severity="warning")
        for name in settings
    ]
    if not diagnostics:
        hint = "another processor, another number of threads or another graphics card rounds differently"
        diagnostics = [
            Diagnostic("LG677", "the pixels differ, though all versions are the same", hint=hint, severity="warning")
        ]
    return diagnostics


def _plain(value: Any) -> Any:
    """As JSON would give it back."""
    import json

    return json.loads(json.dumps(value, default=str))
