"""The trail at the desk: who did what, for auditors and administrators."""
