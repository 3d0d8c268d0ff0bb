"""The command line: one command a module. No figure is computed here."""
