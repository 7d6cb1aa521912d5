"""Write scores in the formats of other systems; every writer is a pure function of scores.

Whatever a student can choose (names, file names, messages) is escaped for the format at hand.
A provisional score, which is our fault or a person's to decide, is never written as a number.
"""
