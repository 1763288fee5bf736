"""Certificates as the staff see and act on them."""
