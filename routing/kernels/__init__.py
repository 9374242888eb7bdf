"""Compiled kernels of routing: arrays in, arrays out; they import numpy and numba only."""
