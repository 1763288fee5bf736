"""The tally."""
