"""What everybody may see, and what the commissioner sees across contracts."""

public = []
supplier = []
commissioner = []
integrity = []
