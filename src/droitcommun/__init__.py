"""droitcommun: the knowledge graph and yearly picture of French contrats de ville."""

__version__ = "0.1.0"
