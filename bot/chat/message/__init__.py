"""Messages: pages of text and controls, Discord's limits, and how messages are sent."""
