"""The computational graph: leaves, an intermediate node, a branch, and what goes wrong."""

from grader.authoring import gradient, mistake, rewriting


def total(x, y):
    return x + y


def product(a, w):
    return a * w


def graph_gradients(x, y, w):
    dx, dy, dw = gradient(lambda x, y, w: product(total(x, y), w), x, y, w)
    da, _ = gradient(product, total(x, y), w)
    return dx, dy, dw, da


def square(x):
    return x**2


def cube(x):
    return x**3


def dynamic_gradient(x, condition):
    return gradient(square if condition else cube, x)


# ---------------------------------------------------------------- mistakes


@mistake("graph_gradients", "the intermediate node keeps no gradient")
def graph_without_retain(x, y, w):
    """Only leaves keep their .grad after backward. An intermediate node does if asked before."""
    dx, dy, dw, _ = graph_gradients(x, y, w)
    return dx, dy, dw, None


@mistake("graph_gradients", "the node `a` is cut off from x and y")
def graph_cut(x, y, w):
    """You made a leaf of a, so the graph ends there and nothing reaches x and y."""
    _, _, dw, da = graph_gradients(x, y, w)
    return None, None, dw, da


@mistake("graph_gradients", "the value of a instead of its derivative")
def graph_value(x, y, w):
    """The last item is how fast z changes with a, not a itself."""
    dx, dy, dw, _ = graph_gradients(x, y, w)
    return dx, dy, dw, total(x, y)


@mistake("graph_gradients", "the derivatives of a instead of z")
def graph_inner(x, y, w):
    """You stop half-way: x and y change a, and a changes z. The task asks for z."""
    _, _, dw, da = graph_gradients(x, y, w)
    dx, dy = gradient(total, x, y)
    return dx, dy, dw, da


@mistake("graph_gradients", "dz/dw and dz/da swapped")
def graph_swapped(x, y, w):
    """The numbers are right but the last two stand in the other order: first dz/dw, then dz/da."""
    dx, dy, dw, da = graph_gradients(x, y, w)
    return dx, dy, da, dw


@mistake("graph_gradients", "a is a product")
def graph_of_product(x, y, w):
    """Your a is x·y. The task adds x and y."""
    dx, dy, dw = gradient(lambda x, y, w: x * y * w, x, y, w)
    return dx, dy, dw, w


@mistake("graph_gradients", "a part of a is missing in dz/dw")
def graph_of_x_alone(x, y, w):
    """dz/dx, dz/dy and dz/da are right. w is multiplied by a, and x is only one part of that."""
    dx, dy, _, da = graph_gradients(x, y, w)
    return dx, dy, x, da


@mistake("graph_gradients", "two backward passes add up")
def graph_doubled(x, y, w):
    """Each backward adds to .grad; your numbers are those of two passes through the same graph."""
    return tuple(2 * slope for slope in graph_gradients(x, y, w))


@mistake("dynamic_gradient", "always the first branch")
def dynamic_square(x, condition):
    """Your y is x² whatever the condition says."""
    return gradient(square, x)


@mistake("dynamic_gradient", "always the second branch")
def dynamic_cube(x, condition):
    """Your y is x³ whatever the condition says."""
    return gradient(cube, x)


@mistake("dynamic_gradient", "the branches swapped")
def dynamic_swapped(x, condition):
    """Both branches are right, but each is taken when the other one should be."""
    return dynamic_gradient(x, not condition)


@mistake("dynamic_gradient", "the value instead of the derivative")
def dynamic_value(x, condition):
    """You return y itself. The task asks how fast y changes with x."""
    return square(x) if condition else cube(x)


@mistake("dynamic_gradient", "both branches added")
def dynamic_both(x, condition):
    """Where the condition holds, the other branch is differentiated as well, and `backward` adds
    the two. Only one branch is taken."""
    slope = gradient(cube, x)
    return slope + gradient(square, x) if condition else slope


@mistake("dynamic_gradient", "the sign of x decides")
def dynamic_by_sign(x, condition):
    """You take x² where x is positive, x³ elsewhere. The argument `condition` decides."""
    return dynamic_gradient(x, bool(x > 0))


@mistake("dynamic_gradient", "the factors of the powers are lost")
def dynamic_without_factors(x, condition):
    """The exponent is lowered by one, but it does not come down as a factor."""
    return x if condition else x**2


@mistake("dynamic_gradient", "the fourth power in the second branch")
def dynamic_fourth(x, condition):
    """x² is right. The other branch squares it once more: check the exponent."""
    return gradient(square if condition else lambda x: x**4, x)


# ---------------------------------------------------------------- other right ways


@rewriting("graph_gradients")
def graph_by_formula(x, y, w):
    return [w, w, x + y, w]


@rewriting("dynamic_gradient")
def dynamic_by_formula(x, condition):
    power = 3 - condition
    return power * x ** (power - 1)
