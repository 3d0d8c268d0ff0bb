"""Mappings (TOML) from foreign tables to contributions."""
