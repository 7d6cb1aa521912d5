"""Show records: pages for students and class, a terminal view and Markdown, all of one record.

Everything here is a pure function of scores, except `writing`, which puts pages on disk.
"""

from grader.report.class_view import Progress
from grader.report.pages import render_class, render_student

__all__ = ["Progress", "render_class", "render_student"]
