"""Grade gradient exercises in PyTorch from evidence, never from the student's own verdict."""

__version__ = "0.1.0"
