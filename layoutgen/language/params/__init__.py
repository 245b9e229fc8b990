"""Params: their types, how values are read, and their JSON Schema."""
