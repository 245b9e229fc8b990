"""What every stage builds on: the frozen base model, styles, caches, suggestions, our own templates."""
