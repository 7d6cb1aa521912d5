"""The rules of a term: when work is due, what being late costs, which attempt counts."""
