"""What people decide: a contributor's visa, a dérogation, a link between two actions, a décision and its follow-up."""
