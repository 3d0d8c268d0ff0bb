"""What the yearly picture is made of: its frame, its figures, its sentences."""
