"""The student's own run: what can be seen without a reference, and nothing said beyond that.

A check is tried on its published examples, on inputs drawn from the published distributions
(does it run, does it repeat itself, does it leave its arguments alone), and, where the student
wrote both a function and its gradient, by finite differences of that very function. The numbers
that decide the points are compared when the work is handed in.

`asking` puts the questions to a namespace, `child` runs a file in a process of its own, `runner`
keeps that process warm and within limits, `showing` puts it into words.
"""
