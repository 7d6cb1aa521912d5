"""A score as JSON and in a database."""
