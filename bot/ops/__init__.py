"""The bot as a process: its start, its shards, the others it works with, its end."""
