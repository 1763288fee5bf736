"""The real program, driven as a person would drive it."""
