"""`layoutgen new`: a poster of one's own from a starter template. It writes over nothing unasked."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from layoutgen.cli import completion
from layoutgen.cli.options import Json, Params, announce, diagnosed, emit, param_values
from layoutgen.diagnostics import Diagnostic, PosterError


def starters() -> list[str]:
    """Names of the starter templates."""
    return sorted(path.stem for path in _folder("starters").glob("*.poster"))


def kits() -> list[str]:
    """Names of the brand kits that come along."""
    return sorted(path.stem for path in _folder("kits").glob("*.kit"))


def starter_path(name: str) -> Path:
    """The `.poster` of a starter. LG954 for an unknown name."""
    return _named(name, starters(), "starters", "poster", "template")


def kit_path(name: str) -> Path:
    """A kit by its name, or a `.kit` file. LG954 for an unknown name."""
    return Path(name) if name.endswith(".kit") else _named(name, kits(), "kits", "kit", "kit")


def thumbnail(name: str) -> Path:
    """The small picture of a starter, which `docs/pictures/gallery/draw.py` draws."""
    return _folder("starters") / f"{name}.webp"


def describe(name: str) -> dict[str, Any]:
    """A starter as data: what for, its params with type, default and limits, canvases, languages, thumbnail."""
    from layoutgen.document import load
    from layoutgen.language.values import to_json

    poster = load(starter_path(name))
    return {
        "name": name,
        "title": poster.title,
        "about": about(name),
        "params": [
            {
                "name": param.name,
                "type": str(param.type),
                "limits": limits_in_words(param.type),
                "default": None if param.default is None else to_json(param.default),
                "required": param.required,
            }
            for param in poster.params
        ],
        "canvases": [{"name": canvas.name, "width": canvas.width, "height": canvas.height} for canvas in poster.canvases],
        "languages": list(poster.languages),
        "thumbnail": str(thumbnail(name)),
        "file": str(starter_path(name)),
    }


def about(name: str) -> str:
    """What a starter is for: its first comment."""
    from layoutgen.syntax import parse, read_source

    comments = parse(read_source(starter_path(name)))[0].comments
    return comments[0].text.removeprefix("//").strip() if comments else ""


def limits_in_words(type_: Any) -> str:
    """`1 to 24 characters`, `5% to 90%`; empty where there are none."""
    from layoutgen.language.values import Percent, plain

    limits, parts = type_.limits, []
    low, high = limits.length or (None, None)
    if limits.length:
        unit = "entries" if type_.kind == "list" else "characters"
        parts.append(f"{_between(low, high)} {unit}")

    def number(value: Any) -> str:
        if type_.kind == "percent":
            return str(Percent(value))
        return value.isoformat() if hasattr(value, "isoformat") else plain(value)

    if limits.min is not None or limits.max is not None:
        parts.append(_between(*(None if limit is None else number(limit) for limit in (limits.min, limits.max))))
    if limits.pattern:
        parts.append(f"as in {limits.pattern}")
    return ", ".join(parts)


def _between(low: object, high: object) -> str:
    return f"{low} to {high}" if None not in (low, high) else f"at least {low}" if high is None else f"at most {high}"


def begin(
    name: str,
    target: Path,
    given: Mapping[str, object] | None = None,
    *,
    canvases: list[str] | None = None,
    kit: str | None = None,
    force: bool = False,
) -> list[Path]:
    """Write a starter as `target`, with what belongs to it, and return the paths, the poster first.

    `given` become the defaults of its params, `canvases` are kept, `kit` dresses it. All or nothing: LG955 when a file is
    in the way and not `force`, LG700 … for values that do not fit, LG952 for an unknown canvas, LG954 for an unknown name.
    """
    from layoutgen.starters.rewrite import tailored
    from layoutgen.record.save import write_atomically

    found = tailored(
        starter_path(name), target.stem, given or {}, canvases=canvases, kit=kit_path(kit) if kit is not None else None
    )
    paths = {target.parent / part: content for part, content in found.items()}
    # A kit that is there already, as it is, is in nobody's way.
    taken = [path for path, content in paths.items() if path.exists() and (path.is_dir() or path.read_bytes() != content)]
    if taken and not force:
        hint = f"choose another name: layoutgen new {name} -o my-{name}.poster, or write over it with --force"
        raise PosterError([Diagnostic("LG955", f"`{path}` is there already", hint=hint) for path in taken])
    for path, content in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
    return list(paths)


def register(app: typer.Typer) -> None:
    app.command()(new)


@diagnosed
def new(
    template: Annotated[
        str | None,
        typer.Argument(
            metavar="[TEMPLATE]",
            help="Which starter; `layoutgen new --list` shows them.",
            autocompletion=completion.templates,
        ),
    ] = None,
    folder: Annotated[Path | None, typer.Argument(metavar="[FOLDER]", help="Where to put it.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="The new poster; without it TEMPLATE.poster.")
    ] = None,
    kit: Annotated[str | None, typer.Option("--kit", metavar="NAME|FILE", help="Dress it in a brand kit.")] = None,
    params: Params = None,
    canvas: Annotated[
        str | None, typer.Option("--canvas", metavar="NAME,…", help="Keep these canvases only; without it all.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: what is not given stays as it is.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="Show the templates and kits.")] = False,
    as_json: Json = False,
) -> int:
    """Begin a poster from a starter template.

    Example: layoutgen new --list
    Example: layoutgen new sale
    Example: layoutgen new sale -p discount=30% --kit corner -o friday.poster
    """
    if list_:
        return _show_list(as_json)
    asking = not (yes or as_json) and sys.stdin.isatty() and sys.stderr.isatty()
    if template is None and not asking:
        announce(f"say which one: {', '.join(starters())}; for example: layoutgen new {starters()[0]}")
        return 2
    if folder is not None and output is not None:
        announce(f"say either the folder `{folder}` or -o {output}")
        return 2
    given = param_values(params)
    kept = [part.strip() for part in canvas.split(",") if part.strip()] if canvas else None
    if asking:
        from layoutgen.cli.new_questions import ask_for_canvases, ask_for_params, ask_for_template

        template = template or ask_for_template(starters())
        given = ask_for_params(template, given)
        kept = kept or ask_for_canvases(template)
    assert template is not None
    target = output or (folder or Path()) / f"{template}.poster"
    if target.suffix != ".poster":
        target = target / f"{template}.poster"
    written = begin(template, target, given, canvases=kept, kit=kit, force=force)
    if as_json:
        emit({"poster": str(written[0]), "files": [str(path) for path in written]})
        return 0
    for path in written:
        announce(f"wrote {path}")
    announce(f"next: layoutgen preview {target}")
    return 0


def _show_list(as_json: bool) -> int:
    rows = [describe(name) for name in starters()]
    if as_json:
        emit({"templates": rows, "kits": [{"name": name, "file": str(kit_path(name))} for name in kits()]})
        return 0
    for row in rows:
        print(f"{row['name']:<12} {row['about']}")
        print(f"{'':<12} params: {', '.join(param['name'] for param in row['params'])}")
        sizes = ", ".join(f"{item['name']} {item['width']}x{item['height']}" for item in row["canvases"])
        print(f"{'':<12} canvases: {sizes}; languages: {', '.join(row['languages'])}")
        print(f"{'':<12} {row['thumbnail']}")
    print(f"kits: {', '.join(kits())}")
    return 0


def _folder(part: str) -> Path:
    from importlib.resources import files

    return Path(str(files("layoutgen.templates") / part))


def _named(name: str, known: list[str], folder: str, ending: str, what: str) -> Path:
    from difflib import get_close_matches

    if name not in known:
        close = get_close_matches(name, known, n=1)
        hint = f"did you mean `{close[0]}`?" if close else f"there are: {', '.join(known)}"
        raise PosterError(Diagnostic("LG954", f"no {what} is called `{name}`", hint=hint))
    return _folder(folder) / f"{name}.{ending}"
