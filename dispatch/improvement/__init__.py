"""Ways to make a plan cheaper without breaking a promise."""
