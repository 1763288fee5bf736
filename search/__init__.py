"""Finding, never deciding: one port, an embedded index, Meilisearch, and the follower that feeds them.

What is true about a certificate is asked of the register. What is in here only helps a person to get to it,
and can be thrown away and filled again at any time.
"""
