"""What changes people and their sign-ins: the only writers."""
