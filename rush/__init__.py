"""`make rush`: the last seconds before a deadline, while everything is killed by turns."""
