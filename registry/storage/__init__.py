"""Rows, engines and migrations. Rows never leave this room."""
