"""The work list of requests and disputes, and each of them."""
