"""On-demand dispatch: requests to vehicle routes, in integer seconds, without maps or clocks."""
