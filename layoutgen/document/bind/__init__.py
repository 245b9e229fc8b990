"""Posters and params → documents."""
