"""What the bot remembers: settings, questions, votes, reply links and stops. No answer ever waits for it."""
