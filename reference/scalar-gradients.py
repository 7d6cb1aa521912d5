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


@mistake("square_gradient", "half the derivative")
def square_without_factor(x):
    """Your number is half of what it should be. As the product of x and x, y changes through both
    factors: does each take part, and is nothing halved or averaged?"""
    return x


@mistake("square_gradient", "the derivative of another power")
def square_cubed(x):
    """You differentiate x³: check how often x is a factor of what you differentiate."""
    return gradient(lambda x: x**3, x)


@mistake("square_gradient", "x is cut down to a whole number")
def square_of_whole(x):
    """Something turns x into an integer, and its decimals are lost. Gradients need floating-point
    numbers."""
    return 2 * x.trunc()


@mistake("square_gradient", "the square is differentiated twice")
def square_twice(x):
    """Your answer is the derivative of the derivative. It does not depend on x any more."""
    return 2 + 0 * x


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


@mistake("cubic_gradients", "the factors of the powers are lost")
def cubic_without_factors(a, b):
    """The exponents are lowered by one, but they do not come down as factors."""
    return a**2, -b


@mistake("cubic_gradients", "a is squared")
def cubic_squared(a, b):
    """dy/db is right. Your dy/da is that of a²: check the exponent of a."""
    return gradient(lambda a, b: a**2 - b**2, a, b)


@mistake("cubic_gradients", "b is cubed")
def cubic_of_both(a, b):
    """dy/da is right. Your dy/db is that of b³: check the exponent of b."""
    return gradient(lambda a, b: a**3 - b**3, a, b)


@mistake("cubic_gradients", "the constant is a factor")
def cubic_times_three(a, b):
    """dy/da is right. In your y the 3 multiplies b². It is added, and what is added changes with
    neither a nor b."""
    return gradient(lambda a, b: a**3 - 3 * b**2, a, b)


@mistake("cubic_gradients", "the square covers the whole difference")
def cubic_of_difference(a, b):
    """You differentiate (a³ − b)². Only b is squared: check the brackets."""
    return gradient(lambda a, b: (a**3 - b) ** 2, a, b)


@mistake("sum_of_squares_gradients", "the two derivatives swapped")
def squares_swapped(a, b):
    """The two numbers are right but in the other order: first dc/da, then dc/db."""
    da, db = gradient(sum_of_squares, a, b)
    return db, da


@mistake("sum_of_squares_gradients", "half the derivatives")
def squares_without_factor(a, b):
    """Your numbers are half of what they should be. A square changes through both of its factors:
    does each take part, and is nothing halved or averaged?"""
    return a, b


@mistake("sum_of_squares_gradients", "the sum is squared")
def squares_of_sum(a, b):
    """You add first and square the sum, (a + b)². The task squares a and b one by one."""
    return gradient(lambda a, b: (a + b) ** 2, a, b)


@mistake("sum_of_squares_gradients", "the squares are multiplied")
def squares_multiplied(a, b):
    """You differentiate a²·b². The squares are added, so neither derivative holds the other
    variable."""
    return gradient(lambda a, b: a**2 * b**2, a, b)


@mistake("sum_of_squares_gradients", "the root of the sum")
def squares_under_root(a, b):
    """You differentiate the length of (a, b), which is the root of the sum of the squares. The
    task asks for the sum itself."""
    return gradient(lambda a, b: (a**2 + b**2) ** 0.5, a, b)


@mistake("sum_of_squares_gradients", "the difference of the squares")
def squares_subtracted(a, b):
    """dc/da is right. Your dc/db is that of a² − b²: check the sign."""
    return gradient(lambda a, b: a**2 - b**2, a, b)


@rewriting("cubic_gradients")
def cubic_by_formula(a, b):
    return [3 * a * a, -(b + b)]
