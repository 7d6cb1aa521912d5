"""Hold one file for every change of the gradebook's tables."""
