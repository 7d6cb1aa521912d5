"""Everything that enters the sandbox; nothing in here imports `grader`."""
