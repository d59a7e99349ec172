"""Volumes and money, quarter by quarter."""

public = []
supplier = []
commissioner = []
integrity = []
