"""Questions a second: the bot beside one that only says "pong", both under the local Discord of tests/wire.

``python -m tests.benchmarks.load``
"""
