"""Street and transit journey planning on immutable arrays."""
