"""The pages of those who assess suppliers."""
