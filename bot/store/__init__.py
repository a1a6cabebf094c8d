"""What the bot remembers: settings, questions asked, votes, reply links. Beside the path of an answer, never in it."""
