"""Every sentence that a person reads, by key and language. The rooms below know codes only."""
