"""The git repositories behind a knowledge folder: commits, history, remote."""
