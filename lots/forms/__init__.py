"""Forms of the commissioner's pages. They check what was typed; `lots.actions` writes."""
