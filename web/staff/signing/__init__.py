"""From a proposal to the bureau's signature: here, or on a machine of the bureau's own."""
