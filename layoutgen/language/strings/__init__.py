"""Strings: their source, the expressions in them, filters, locales and translations."""
