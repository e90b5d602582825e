"""From answers to a card's numbers: importances, the mean of several raters, coverage, groups, gaps. Pure."""
