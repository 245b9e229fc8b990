"""What every stage builds on: the frozen base model, boxes, colours, styles, files, caches, suggestions and our own templates."""
