"""The renewal table (附件2) at the desk."""
