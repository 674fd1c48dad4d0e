"""How a store came to its present shape, step by step; run by `services.store.schema`."""
