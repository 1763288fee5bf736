"""What people asked for and the worker does: one job after another, each exactly once, with its progress."""
