"""Who holds which key, from the register's beginning through every rotation to the end of its log."""
