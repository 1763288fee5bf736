"""Who said these bytes: keys, notes, receipts, credentials and their verification. Imports no other room."""
