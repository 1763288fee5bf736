"""Institutions' filings: who may certify what, since when, and what their filing was on any day."""
