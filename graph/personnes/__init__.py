"""The persons that a workspace speaks of: what is held of them, erased at their request or when its time is over."""
