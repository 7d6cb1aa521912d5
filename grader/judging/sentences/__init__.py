"""Every sentence that a verdict says, and the short forms of values and places inside it.

What a diagnosis says of a wrong number stands beside its search, in `grader.judging.diagnosis`.
"""
