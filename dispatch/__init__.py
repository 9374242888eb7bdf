"""On-demand dispatch: ride requests into vehicle routes, in integer seconds, without maps or clocks."""
