"""The faces of the register: pages, the JSON API and the command line. Only wiring and words."""
