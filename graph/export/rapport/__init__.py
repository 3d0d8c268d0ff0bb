"""The draft of the yearly report on politique de la ville, as a Word document people complete."""
