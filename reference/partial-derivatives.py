"""Partial derivatives: two quadratics in two variables, and what goes wrong."""

from grader.authoring import gradient, mistake, rewriting


def mixed_quadratic(x, y):
    return x**2 + 3 * x * y + y**2


def weighted_quadratic(x, y):
    return 2 * x**2 + x * y + 3 * y**2


# ---------------------------------------------------------------- mistakes


@mistake("mixed_quadratic_gradients", "the two derivatives swapped")
def mixed_swapped(x, y):
    """Both numbers are right but in the other order: first dz/dx, then dz/dy."""
    dx, dy = gradient(mixed_quadratic, x, y)
    return dy, dx


@mistake("mixed_quadratic_gradients", "the mixed term is lost")
def mixed_without_cross(x, y):
    """The term with both x and y contributes to both derivatives; yours do not see it."""
    return gradient(lambda x, y: x**2 + y**2, x, y)


@mistake("mixed_quadratic_gradients", "the mixed term counts once")
def mixed_without_weight(x, y):
    """The mixed term has a factor in front, and a factor stays when you differentiate."""
    return gradient(lambda x, y: x**2 + x * y + y**2, x, y)


@mistake("mixed_quadratic_gradients", "y leaves the graph in the mixed term")
def mixed_y_detached(x, y):
    """dz/dx is right. For dz/dy a `.item()`, `.detach()` or `float()` made y a plain number."""
    return gradient(lambda x, y: x**2 + 3 * x * y.detach() + y**2, x, y)


@mistake("mixed_quadratic_gradients", "x leaves the graph in the mixed term")
def mixed_x_detached(x, y):
    """dz/dy is right. For dz/dx a `.item()`, `.detach()` or `float()` made x a plain number."""
    return gradient(lambda x, y: x**2 + 3 * x.detach() * y + y**2, x, y)


@mistake("mixed_quadratic_gradients", "the gradients are cleared before they are returned")
def mixed_cleared(x, y):
    """You return the very tensors that you clear afterwards. Keep clones of them."""
    return 0 * x, 0 * y


@mistake("weighted_quadratic_gradients", "the two derivatives swapped")
def weighted_swapped(x, y):
    """Both numbers are right but in the other order: first df/dx, then df/dy."""
    dx, dy = gradient(weighted_quadratic, x, y)
    return dy, dx


@mistake("weighted_quadratic_gradients", "the mixed term is lost")
def weighted_without_cross(x, y):
    """The term with both x and y contributes to both derivatives; yours do not see it."""
    return gradient(lambda x, y: 2 * x**2 + 3 * y**2, x, y)


@mistake("weighted_quadratic_gradients", "y leaves the graph in the mixed term")
def weighted_y_detached(x, y):
    """df/dx is right. For df/dy a `.item()`, `.detach()` or `float()` made y a plain number."""
    return gradient(lambda x, y: 2 * x**2 + x * y.detach() + 3 * y**2, x, y)


@mistake("weighted_quadratic_gradients", "x leaves the graph in the mixed term")
def weighted_x_detached(x, y):
    """df/dy is right. For df/dx a `.item()`, `.detach()` or `float()` made x a plain number."""
    return gradient(lambda x, y: 2 * x**2 + x.detach() * y + 3 * y**2, x, y)


@mistake("weighted_quadratic_gradients", "the gradients are cleared before they are returned")
def weighted_cleared(x, y):
    """You return the very tensors that you clear afterwards. Keep clones of them."""
    return 0 * x, 0 * y


@mistake("weighted_quadratic_by_hand", "the two derivatives swapped")
def hand_swapped(x, y):
    """Both formulas are right but in the other order: first df/dx, then df/dy."""
    dx, dy = gradient(weighted_quadratic, x, y)
    return dy, dx


@mistake("weighted_quadratic_by_hand", "the mixed term is lost")
def hand_without_cross(x, y):
    """The term with both x and y has a derivative with respect to each of them."""
    return gradient(lambda x, y: 2 * x**2 + 3 * y**2, x, y)


@mistake("weighted_quadratic_by_hand", "the mixed term keeps its own variable")
def hand_cross_kept(x, y):
    """Of the mixed term remains the *other* variable: differentiate x·y once by x, once by y."""
    dx, dy = gradient(lambda x, y: 2 * x**2 + 3 * y**2, x, y)
    return dx + x, dy + y


@mistake("weighted_quadratic_by_hand", "the squares are not differentiated")
def hand_without_powers(x, y):
    """The power of a square comes down as a factor when you differentiate; yours is lost."""
    return gradient(lambda x, y: x**2 + x * y + 1.5 * y**2, x, y)


# ---------------------------------------------------------------- other right ways


@rewriting("weighted_quadratic_by_hand")
def by_formula(x, y):
    return [4 * x + y, x + 6 * y]


@rewriting("weighted_quadratic_by_hand")
def by_matrix(x, y):
    import torch

    curvature = torch.tensor([[4.0, 1.0], [1.0, 6.0]], dtype=x.dtype)
    return tuple(curvature @ torch.stack([x, y]))


@rewriting("mixed_quadratic_gradients")
def completed_square(x, y):
    dx, dy = gradient(lambda x, y: (x + 1.5 * y) ** 2 - 1.25 * y * y, x, y)
    return [dx, dy]
