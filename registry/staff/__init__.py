"""Who works with the register: accounts, how they prove themselves, what they reach, and their trail."""
