"""Witnesses: who cosigns this log's checkpoints, and how one is run. Knows nothing of the register's data."""
