"""The bot as a process: start and stop, logs, health, error reports, and the doctor."""
