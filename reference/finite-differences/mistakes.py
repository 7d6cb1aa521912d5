"""What goes wrong."""

import torch

from grader.authoring import mistake

from .functions import by_coordinate, central_difference, gradients_agree, numerical_gradient


def number(x):
    return float(x.detach()) if isinstance(x, torch.Tensor) else x


def _forward(f, x, h):
    return (f(x + h) - f(x)) / h


@mistake("central_difference", "a one-sided difference")
def slope_forward(f, x, h=1e-5):
    """You compare f(x + h) with f(x). The central formula has a point on either side of x, and is
    far more accurate."""
    return _forward(f, x, h)


@mistake("central_difference", "a one-sided difference, to the left")
def slope_backward(f, x, h=1e-5):
    """You compare f(x) with f(x − h). The central formula has a point on either side of x, and is
    far more accurate."""
    return _forward(f, x, -h)


@mistake("central_difference", "twice the quotient")
def slope_doubled(f, x, h=1e-5):
    """Your two points lie further apart than what you divide by."""
    return 2 * central_difference(f, x, h)


@mistake("central_difference", "your own step")
def slope_own_step(f, x, h=1e-5):
    """The argument h never enters: you use a step of your own."""
    return central_difference(f, x)


@mistake("central_difference", "the two points the wrong way round")
def slope_sign(f, x, h=1e-5):
    """Your slope has the wrong sign: check which value is subtracted from which."""
    return -central_difference(f, x, h)


@mistake("central_difference", "the points half a step away")
def slope_half_steps(f, x, h=1e-5):
    """Your two points are h apart, but you divide by 2h. Each lies a whole step from x."""
    return (f(x + h / 2) - f(x - h / 2)) / (2 * h)


@mistake("central_difference", "multiplied by h")
def slope_times_h(f, x, h=1e-5):
    """You divide by 2 and multiply by h: / and * are done from left to right."""
    return (f(x + h) - f(x - h)) / 2 * h


@mistake("central_difference", "the difference alone")
def slope_undivided(f, x, h=1e-5):
    """You return by how much f changes, not how fast: divide by how far apart the points are."""
    return f(x + h) - f(x - h)


@mistake("central_difference", "the second derivative")
def slope_of_slope(f, x, h=1e-5):
    """Your formula, with f(x) in the middle, approximates the second derivative."""
    return (f(x + h) - 2 * f(x) + f(x - h)) / h**2


@mistake("central_difference", "four points instead of two")
def slope_of_four_points(f, x, h=1e-5):
    """Your formula takes points at 2h as well. It is more accurate, but the two-point formula is
    asked for."""
    return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)


@mistake("central_difference", "the step depends on x")
def slope_relative_step(f, x, h=1e-5):
    """You make the step longer where x is large. h is the step itself."""
    return central_difference(f, x, h * max(1.0, abs(number(x))))


@mistake("central_difference", "the step is a share of x")
def slope_step_times_x(f, x, h=1e-5):
    """Your step is h times x, so it vanishes at 0. h is the step itself."""
    return central_difference(f, x, h * number(x))


@mistake("numerical_gradient", "one-sided differences")
def gradient_forward(f, x, h=1e-5):
    """You compare f at a moved point with f at x. The central formula has one on either side."""

    return by_coordinate(f, x, lambda g, t: _forward(g, t, h))


@mistake("numerical_gradient", "twice the gradient")
def gradient_doubled(f, x, h=1e-5):
    """Your two points lie further apart than what you divide by."""
    return 2 * numerical_gradient(f, x, h)


@mistake("numerical_gradient", "your own step")
def gradient_own_step(f, x, h=1e-5):
    """The argument h never enters: you use a step of your own."""
    return numerical_gradient(f, x)


@mistake("numerical_gradient", "all coordinates are moved at once")
def gradient_all_at_once(f, x, h=1e-5):
    """You move every coordinate of x in the same evaluation. Each needs differences of its own."""
    x = x.detach()
    return torch.full_like(x, float((f(x + h) - f(x - h)) / (2 * h)))


@mistake("numerical_gradient", "the points half a step away")
def gradient_half_steps(f, x, h=1e-5):
    """Your two points are h apart, but you divide by 2h. Each lies a whole step from x."""
    return numerical_gradient(f, x, h / 2) / 2


@mistake("numerical_gradient", "flat")
def gradient_flat(f, x, h=1e-5):
    """The numbers are right, but in one row. The gradient has the shape of x."""
    return numerical_gradient(f, x, h).reshape(-1)


@mistake("numerical_gradient", "entries in the wrong places")
def gradient_by_columns(f, x, h=1e-5):
    """The numbers are right, but you go through x column by column and fill in row by row."""
    found = numerical_gradient(f, x, h)
    return found.permute(tuple(reversed(range(found.ndim)))).reshape(found.shape)


@mistake("numerical_gradient", "moved coordinates stay moved")
def gradient_walking(f, x, h=1e-5):
    """You do not put a coordinate back before you go on to the next one, so later differences are
    taken at another point."""
    x, found = x.detach().clone(), torch.zeros_like(x.detach())
    for k in range(x.numel()):
        x.view(-1)[k] += h
        above = f(x)
        x.view(-1)[k] -= 2 * h
        found.view(-1)[k] = (above - f(x)) / (2 * h)
    return found


@mistake("gradients_agree", "an absolute error")
def agree_absolutely(analytic, numeric, tolerance=1e-5):
    """You compare the size of the difference itself. Whether it is large depends on how large the
    gradients are."""
    gap = float(torch.linalg.vector_norm(analytic - numeric))
    return gap <= tolerance


@mistake("gradients_agree", "two zero gradients do not agree")
def agree_not_at_zero(analytic, numeric, tolerance=1e-5):
    """For two gradients that are zero you divide zero by zero, which is NaN."""
    return gradients_agree(analytic, numeric, tolerance) and bool(analytic.any())


@mistake("gradients_agree", "your own tolerance")
def agree_within_default(analytic, numeric, tolerance=1e-5):
    """The argument `tolerance` never enters: you compare with a number of your own."""
    return gradients_agree(analytic, numeric)


@mistake("gradients_agree", "NaN agrees with everything")
def agree_with_nan(analytic, numeric, tolerance=1e-5):
    """Every comparison with NaN is false, so "not larger than the tolerance" lets it through."""
    found = bool((analytic - numeric).isnan().any())
    return found or gradients_agree(analytic, numeric, tolerance)


@mistake("gradients_agree", "coordinate by coordinate")
def agree_by_coordinate(analytic, numeric, tolerance=1e-5):
    """You ask every coordinate for a small relative error of its own. In norm, a small coordinate
    may have a larger one."""
    size = analytic.abs() + numeric.abs()
    return bool(((analytic - numeric).abs() <= tolerance * size).all())


@mistake("gradients_agree", "errors cancel")
def agree_by_sum(analytic, numeric, tolerance=1e-5):
    """You add up the differences with their signs, so that a positive and a negative one cancel."""
    size = analytic.abs().sum() + numeric.abs().sum()
    return bool((analytic - numeric).sum().abs() <= tolerance * size)


@mistake("gradients_agree", "the norms are compared")
def agree_in_norm(analytic, numeric, tolerance=1e-5):
    """You compare how long the two gradients are. Two of the same length may point anywhere: take
    the norm of the difference."""
    first, second = (float(torch.linalg.vector_norm(g)) for g in (analytic, numeric))
    return abs(first - second) <= tolerance * (first + second)
