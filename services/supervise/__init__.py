"""What a supervisor answers for: figures over the queue, what will breach, and alerts."""
