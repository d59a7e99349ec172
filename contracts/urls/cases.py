"""Changing the supply chain, by a case."""

public = []
supplier = []
commissioner = []
integrity = []
