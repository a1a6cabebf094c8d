"""One module per migration, each with its downgrade."""
