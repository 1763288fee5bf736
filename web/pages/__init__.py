"""Answers for people: one module a page."""
