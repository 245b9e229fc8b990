"""What the language can say: its properties, statements, presets, types and strings, before any file is read."""
