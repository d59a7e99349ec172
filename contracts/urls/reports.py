"""The annual supply chain report."""

public = []
supplier = []
commissioner = []
integrity = []
