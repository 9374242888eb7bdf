"""How soon a GTFS-Realtime message counts: from its bytes to the answer of the first plan."""
