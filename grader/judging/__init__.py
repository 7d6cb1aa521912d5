"""From evidence to a verdict, in pure functions; nothing here runs student code."""
