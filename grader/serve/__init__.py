"""Grade in the browser: `grader serve` shows the class on this machine and takes decisions.

Everything goes through `grader.grading.class_gradebook`, as the commands do. What a student wrote
is shown through the templates and the sanitiser of `grader.report` only.
"""
