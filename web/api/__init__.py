"""Answers for programs: JSON, tiles and keys."""
