"""Scalar gradients: the functions that are differentiated, and what goes wrong."""

from grader.authoring import gradient, mistake, rewriting


def square(x):
    return x**2


def cubic(a, b):
    return a**3 - b**2 + 3


def sum_of_squares(a, b):
    return a**2 + b**2


@mistake("square_gradient", "the value instead of the derivative")
def square_itself(x):
    """You return y itself. The task asks how fast y changes with x."""
    return x**2


@mistake("square_gradient", "a missing factor 2")
def square_without_factor(x):
    """The power comes down as a factor when you differentiate; yours is lost."""
    return x


@mistake("cubic_gradients", "the wrong sign for b")
def cubic_sign(a, b):
    """b² is subtracted in y, so y falls as b grows (for positive b)."""
    da, db = gradient(cubic, a, b)
    return da, -db


@mistake("cubic_gradients", "the two derivatives swapped")
def cubic_swapped(a, b):
    """The two numbers are right but in the other order: first dy/da, then dy/db."""
    da, db = gradient(cubic, a, b)
    return db, da


@mistake("sum_of_squares_gradients", "the two derivatives swapped")
def squares_swapped(a, b):
    """The two numbers are right but in the other order: first dc/da, then dc/db."""
    da, db = gradient(sum_of_squares, a, b)
    return db, da


@mistake("sum_of_squares_gradients", "a missing factor 2")
def squares_without_factor(a, b):
    """The power comes down as a factor when you differentiate; yours is lost."""
    return a, b


@rewriting("cubic_gradients")
def cubic_by_formula(a, b):
    return [3 * a * a, -(b + b)]
