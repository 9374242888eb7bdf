"""Entry points: HTTP API, web pages, worker, command line."""
