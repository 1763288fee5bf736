"""The national network as the staff see it: how far sending is, and what came back."""
