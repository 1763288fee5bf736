"""Forward-only migrations of the two schemas, and how they are applied."""
