"""Batches to the national query network: what is sent, how it is sent exactly once, and what came back."""
