"""The structured prompt: facts of the layout → prose → quotes that every reader of the prompt finds."""
