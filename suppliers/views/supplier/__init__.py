"""The pages of an organisation's people."""
