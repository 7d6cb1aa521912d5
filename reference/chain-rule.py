"""The chain rule: the two functions that are put together, and what goes wrong."""

from grader.authoring import gradient, mistake, rewriting


def outer(g):
    return g**3


def inner(x):
    return x**2 + 1


def composed(x):
    return outer(inner(x))


def chain_rule_by_hand(x):
    return gradient(outer, inner(x)), gradient(inner, x), gradient(composed, x)


# ---------------------------------------------------------------- mistakes


@mistake("chain_rule_by_hand", "df/dg at the wrong place")
def hand_at_x(x):
    """f is a function of g, so its derivative is taken at g. You put x there."""
    _, dg, _ = chain_rule_by_hand(x)
    df = gradient(outer, x)
    return df, dg, df * dg


@mistake("chain_rule_by_hand", "df/dg at the wrong place, but the product is right")
def hand_factor_at_x(x):
    """df/dx and dg/dx are right. f is a function of g, so df/dg is taken at g, not at x."""
    _, dg, both = chain_rule_by_hand(x)
    return gradient(outer, x), dg, both


@mistake("chain_rule_by_hand", "the inner derivative is forgotten")
def hand_without_inner(x):
    """df/dg and dg/dx are right, but df/dx is more than the derivative of the outer function."""
    df, dg, _ = chain_rule_by_hand(x)
    return df, dg, df


@mistake("chain_rule_by_hand", "the two factors are added")
def hand_added(x):
    """df/dg and dg/dx are right. Along a chain the rates of change are not added."""
    df, dg, _ = chain_rule_by_hand(x)
    return df, dg, df + dg


@mistake("chain_rule_by_hand", "df/dx in place of dg/dx")
def hand_total_twice(x):
    """The second number is how fast g changes with x; you put the whole derivative there."""
    df, _, both = chain_rule_by_hand(x)
    return df, both, both


@mistake("chain_rule_by_hand", "the constant is not differentiated")
def hand_constant(x):
    """A constant does not change with x, so nothing of it is left in dg/dx."""
    df, dg, _ = chain_rule_by_hand(x)
    return df, dg + 1, df * (dg + 1)


@mistake("chain_rule_by_hand", "the two factors swapped")
def hand_swapped(x):
    """The numbers are right, but the first two stand in the other order: df/dg comes first."""
    df, dg, both = chain_rule_by_hand(x)
    return dg, df, both


@mistake("chain_rule_by_hand", "the constant is not differentiated in dg/dx alone")
def hand_constant_alone(x):
    """df/dg and df/dx are right. A constant does not change with x, so nothing of it is left in
    dg/dx."""
    df, dg, both = chain_rule_by_hand(x)
    return df, dg + 1, both


@mistake("chain_rule_by_hand", "the exponent of df/dg stays")
def hand_exponent_kept(x):
    """dg/dx and df/dx are right. In df/dg the exponent comes down as a factor, but it is not
    lowered."""
    df, dg, both = chain_rule_by_hand(x)
    return df * inner(x), dg, both


@mistake("chain_rule_by_hand", "the exponent of df/dg stays, in df/dx too")
def hand_exponent_kept_twice(x):
    """dg/dx is right. In df/dg the exponent comes down as a factor, but it is not lowered."""
    df, dg, both = chain_rule_by_hand(x)
    return df * inner(x), dg, both * inner(x)


@mistake("chain_rule_by_hand", "g instead of its square in df/dx")
def hand_square_forgotten(x):
    """df/dg and dg/dx are right. df/dx should be made of both, but yours holds too low a power of
    g."""
    df, dg, both = chain_rule_by_hand(x)
    return df, dg, both / inner(x)


@mistake("chain_rule_by_hand", "g instead of its square")
def hand_square_forgotten_twice(x):
    """dg/dx is right. The exponent of df/dg is lowered by two; differentiating takes one away."""
    df, dg, both = chain_rule_by_hand(x)
    return df / inner(x), dg, both / inner(x)


@mistake("chain_rule_by_hand", "df/dg is multiplied by g")
def hand_by_value(x):
    """df/dg and dg/dx are right. In df/dx you multiply by g itself, not by how fast it changes."""
    df, dg, _ = chain_rule_by_hand(x)
    return df, dg, df * inner(x)


@mistake("chain_rule_by_hand", "x is cut down to a whole number")
def hand_of_whole(x):
    """Something turns x into an integer, and its decimals are lost."""
    return chain_rule_by_hand(x.trunc())


@mistake("chain_rule_by_autograd", "the derivative of the outer function alone")
def autograd_outer(x):
    """Your derivative stops at g: what you differentiate must lead back to x."""
    return gradient(outer, inner(x))


@mistake("chain_rule_by_autograd", "the derivative of the inner function alone")
def autograd_inner(x):
    """You differentiate g. The task asks for the derivative of f."""
    return gradient(inner, x)


@mistake("chain_rule_by_autograd", "the value instead of the derivative")
def autograd_value(x):
    """You return f itself. The task asks how fast f changes with x."""
    return composed(x)


@mistake("chain_rule_by_autograd", "another power of g")
def autograd_square(x):
    """You differentiate the square of g: check how often g is a factor of f."""
    return gradient(lambda x: inner(x) ** 2, x)


@mistake("chain_rule_by_autograd", "two thirds of the derivative")
def autograd_two_factors(x):
    """Your number is two thirds of what it should be. f is a product of three factors g, and the
    derivative flows through each: is one of them detached?"""
    return gradient(composed, x) * 2 / 3


@mistake("chain_rule_by_autograd", "the derivative of g is still in the sum")
def autograd_left_over(x):
    """`backward` adds to `.grad`, where the derivative of g still was when that of f arrived."""
    return gradient(inner, x) + gradient(composed, x)


@mistake("chain_rule_by_autograd", "the gradient is cleared before it is returned")
def autograd_cleared(x):
    """You return the very tensor that you clear afterwards. Keep a clone of it."""
    return 0 * x


# ---------------------------------------------------------------- other right ways


@rewriting("chain_rule_by_hand")
def hand_by_formula(x):
    g = x * x + 1
    df, dg = 3 * g * g, x + x
    return [df, dg, df * dg]


@rewriting("chain_rule_by_autograd")
def expanded(x):
    return 6 * x**5 + 12 * x**3 + 6 * x
