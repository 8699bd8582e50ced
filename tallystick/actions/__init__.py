"""One typed function a command: the order of a day, the transaction, the result that --json prints."""
