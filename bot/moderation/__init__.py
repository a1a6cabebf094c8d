"""What moderators work with, whatever surface shows it: drafts, figures, and what was asked in vain."""
