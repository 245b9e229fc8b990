"""Attempts acted out: render, composite, judge, decide; parts made again; the same picture again."""
