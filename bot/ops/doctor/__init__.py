"""`casebot doctor`: checks of everything that the bot needs to run, with a fix for each fault."""
