"""Messages: pages of text and controls, their limits, and how they are sent."""
