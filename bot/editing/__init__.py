"""Edits of the moderators' files: values that change only the lines they mean."""
