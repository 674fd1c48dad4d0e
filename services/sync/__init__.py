"""Pull and relay: what keeps the store and the upstreams in step."""
