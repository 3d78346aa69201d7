"""The passes of a paper, a screen for each: read alone, with its companion, compared, done."""
