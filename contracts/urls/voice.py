"""The subcontractor's confidential reports, and the integrity officer."""

public = []
supplier = []
commissioner = []
integrity = []
