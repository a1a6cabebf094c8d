"""What the terminal shows: answers, batches, lists and hints."""
