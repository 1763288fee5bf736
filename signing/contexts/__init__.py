"""The JSON-LD contexts of the register's credentials, byte for byte as published; README.md says whence."""
