"""The languages of members: which one a message is in, and the bot's own words in those that it speaks."""
