"""Moderators' tools, independent of any surface: statistics, settings, stops and unanswered questions."""
