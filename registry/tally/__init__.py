"""Counting: what the register holds, by city, level, occupation, category and month, kept up to date."""
