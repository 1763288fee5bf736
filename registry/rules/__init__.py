"""The paper world, pure: numbers, identity documents, occupations, working days, masks."""
