"""Starter templates, and how one becomes a poster of one's own."""
