"""Holders: how a person shows whose certificates are theirs, what that opens, and what they show to others."""
