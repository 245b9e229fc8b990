"""What every stage builds on: the base model, boxes, colours, styles, files, caches, suggestions, our templates."""
