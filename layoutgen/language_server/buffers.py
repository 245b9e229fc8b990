"""The texts that an editor has open, over the files that lie on disk."""

from __future__ import annotations

from pathlib import Path

from pygls.uris import from_fs_path, to_fs_path

from layoutgen.diagnostics import Source
from layoutgen.language_server.positions import normalised
from layoutgen.syntax import read_source


def path_of(uri: str) -> Path:
    """The file of a URI; of a text that was never saved, a name in the current folder."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path).resolve() if path else Path.cwd() / f"{uri.rpartition(':')[2].rpartition('/')[2] or 'untitled'}.poster"


def uri_of(path: Path) -> str:
    return from_fs_path(str(path)) or path.as_uri()


class Buffers:
    """Sources by path. What is open counts, saved or not."""

    def __init__(self) -> None:
        self._open: dict[Path, Source] = {}
        self.uris: dict[Path, str] = {}
        """Of what is open, as the editor writes it."""

    def put(self, uri: str, text: str) -> Source:
        path = path_of(uri)
        self.uris[path] = uri
        self._open[path] = Source(str(path), normalised(text))
        return self._open[path]

    def drop(self, uri: str) -> None:
        self._open.pop(path_of(uri), None)
        self.uris.pop(path_of(uri), None)

    @property
    def opened(self) -> dict[Path, Source]:
        return dict(self._open)

    def uri(self, path: Path) -> str:
        return self.uris.get(path) or uri_of(path)

    def read(self, path: Path, name: str = "") -> Source:
        """A text by its path; `name` does not count, paths are shown whole. Raises PosterError as `read_source` does."""
        path = path.resolve()
        return self._open.get(path) or read_source(path)
