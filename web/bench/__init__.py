"""The measured goals: each module measures one of them, both sides of its ratio in one run."""
