"""What the staff do for holders at the counter."""
