"""Files and params → documents: what a poster means, before any canvas is chosen."""

from layoutgen.document.bind.binder import bind
from layoutgen.document.load.loader import load, load_text
from layoutgen.document.model import Document
from layoutgen.document.poster import Poster

__all__ = ["Document", "Poster", "bind", "load", "load_text"]
