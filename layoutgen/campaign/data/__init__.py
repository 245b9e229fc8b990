"""Rows from files, databases and programs → one checked table."""
