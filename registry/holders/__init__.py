"""Holders: how a person shows which certificates are theirs, what that opens, and what others are shown."""
