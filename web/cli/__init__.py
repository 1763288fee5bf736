"""The command line: `skillcert`, one module a group of commands. Only wiring and words."""

from web.cli.main import main

__all__ = ["main"]
