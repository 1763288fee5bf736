"""Whom an outside identity provider says a person is: OpenID Connect's authorization code flow, its client.

The provider is believed only as far as its signature, and only for the attempt that this very browser began
here. What it says of the person (name, identity number) is compared and forgotten: nothing of it is stored.
"""
