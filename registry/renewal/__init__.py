"""Renewal (续期) of filings: the table of 附件2, and what an institution enters into it."""
