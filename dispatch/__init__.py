"""Requests to vehicle routes, on integer travel times."""
