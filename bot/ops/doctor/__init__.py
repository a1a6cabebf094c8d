"""`casebot doctor`: what a bot needs to run, checked before it runs, each fault with its mend."""
