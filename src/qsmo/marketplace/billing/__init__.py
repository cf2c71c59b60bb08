"""Bills computed from sealed usage and dated prices, explained line by line, settled, and handed to both ledgers."""
