"""Prove that an exercise judges rightly before anybody is graded with it."""
