"""The demonstration: two fictitious campagnes sent through the real pipeline."""
