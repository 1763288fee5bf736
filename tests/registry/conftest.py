"""Fixtures of all registry rooms."""

from tests.contracts.postgres import database, postgres_cluster

__all__ = ["database", "postgres_cluster"]
