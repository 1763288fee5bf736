"""The filing register: what the province does to filings, and what the others read of them."""
