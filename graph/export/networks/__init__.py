"""Networks for other tools and for the eye: graph files, tables and pictures, as a profile may see them."""
