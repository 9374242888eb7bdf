"""Streets against pandana, scipy and networkx: the same graph, questions and process."""
