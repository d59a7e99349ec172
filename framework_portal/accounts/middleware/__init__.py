"""What stands between a request and its page, for the sake of whoever signs in."""
