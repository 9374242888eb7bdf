"""Journeys between stops: our search and other planners, on any feed, in one run."""
