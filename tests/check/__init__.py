"""The verifier that runs in a browser, held against the register's own."""
