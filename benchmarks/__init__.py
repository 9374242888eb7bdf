"""The same work for us and for plain peers, in CPU seconds of one run, as ratios."""
