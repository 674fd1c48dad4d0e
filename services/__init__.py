"""What is known and done: domain, store, upstream, sync, queue, geo, notify, gateway; knows no Qt."""
