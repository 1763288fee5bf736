"""From the register's values to what a page or an answer in JSON says."""
