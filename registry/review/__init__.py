"""A bureau's decision on a batch, and its acts on certificates that stand in the register."""
