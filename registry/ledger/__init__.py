"""The append-only log: its entries, its tree, its only writer, and the audit that rebuilds it."""
