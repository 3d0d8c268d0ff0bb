"""The graph of a contract for other tools, as a profile may see it."""
