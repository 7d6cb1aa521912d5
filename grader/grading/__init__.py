"""Grade many submissions: execute, judge, keep, publish, resume."""
