"""A submitted bid as a PDF that everybody can read, by ear too."""
