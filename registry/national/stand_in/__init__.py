"""The stand-in for the national query network: for demonstrations and tests, with its own database.

It knows the protocol and nothing else of the register: it verifies signatures and continuity, judges rows by
rules of its own, and shows what it took on a look-up page that says what it is.
"""
