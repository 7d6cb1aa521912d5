"""A course on disk: contracts, references, settings, and what students are handed."""
