"""Read what other systems hand out: bulk downloads, submission trees, nbgrader notebooks.

`archive` opens a zip or folder without trusting a name or a size in it; each platform's module
says whose file is which; `placing` puts the latest attempt where `grader grade` looks.
"""
