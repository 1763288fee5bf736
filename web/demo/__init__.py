"""Invented data for the demo: institutions, people, workbooks, and what becomes of them."""
