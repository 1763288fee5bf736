"""Requests for acts on certificates, and disputes of annulments: from the asker to the decision."""
