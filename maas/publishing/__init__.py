"""Publishing: feeds and streets made into a city directory, and a city directory checked."""
