"""Statistics for the desk: charts, their tables, and the same as CSV."""
