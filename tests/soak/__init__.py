"""The whole program under load, killed at random instants, and what must hold afterwards each time."""
