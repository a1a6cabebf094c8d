"""Languages: identifying a message's language, and the bot's own texts in the languages it speaks."""
