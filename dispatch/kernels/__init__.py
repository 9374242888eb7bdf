"""Compiled loops of the dispatcher: arrays in, arrays out; they import numpy and numba only."""
