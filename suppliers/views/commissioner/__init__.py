"""Commissioner's pages that show how many suppliers match."""
