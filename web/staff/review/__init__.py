"""The review desk in the browser: the queue, a batch, its rows, and what will be signed."""
