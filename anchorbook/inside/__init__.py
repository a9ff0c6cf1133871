"""Links inside the site: what every file of it points at, and whether that is there."""
