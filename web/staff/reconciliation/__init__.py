"""Comparisons with the national network as the province sees them: the list, one report, its files."""
