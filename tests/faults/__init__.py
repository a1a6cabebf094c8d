"""What is lost when things break while members ask: ``python -m tests.faults``, see docs/faults.md."""
