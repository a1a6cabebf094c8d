"""What moderators work with, whatever surface shows it: figures, settings, stops, and unanswered questions."""
