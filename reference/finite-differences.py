"""Finite differences and the comparison of gradients, and what goes wrong."""

import math

import torch

from grader.authoring import mistake, probe, rewriting, sampler


def central_difference(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


def numerical_gradient(f, x, h=1e-5):
    return by_coordinate(f, x, lambda g, t: central_difference(g, t, h))


def by_coordinate(f, x, quotient):
    """Apply a difference quotient to every coordinate of x."""
    x = x.detach()
    found = torch.zeros_like(x)
    for k in range(x.numel()):

        def along(t, k=k):
            moved = x.clone()
            moved.view(-1)[k] += t
            return f(moved)

        found.view(-1)[k] = quotient(along, 0.0)
    return found


def gradients_agree(analytic, numeric, tolerance=1e-5):
    scale = float(torch.linalg.vector_norm(analytic) + torch.linalg.vector_norm(numeric))
    return scale == 0 or float(torch.linalg.vector_norm(analytic - numeric)) <= tolerance * scale


# ---------------------------------------------------------------- inputs and probes


@sampler("gradients_agree")
def two_gradients(rng, index):
    """Draw gradients whose relative error is far (25-fold or more) from the tolerance."""
    kind = index % 9
    tolerance = (1e-5, 1e-3, 1e-2)[index % 3]
    shape = ((4,), (3, 5), (6,))[index // 3 % 3]
    scale = 1e3 if kind in (0, 2, 7) else 1e-3
    exact = scale * torch.as_tensor(rng.standard_normal(shape))
    noise = torch.as_tensor(rng.choice([-1.0, 1.0], shape))
    error = tolerance * torch.linalg.vector_norm(exact) / torch.linalg.vector_norm(noise)
    other = exact + noise * error * (1 / 40 if kind in (0, 1, 2) else 50)
    if kind == 2:  # one coordinate is small, and its own error is not
        other.view(-1)[1] -= exact.view(-1)[1].item()
        exact.view(-1)[1] = 0.0
    if kind == 4:  # errors that cancel
        other.view(-1)[:2] = exact.view(-1)[:2] + 50 * error * torch.tensor([1.0, -1.0])
        other.view(-1)[2:] = exact.view(-1)[2:]
    if kind == 5:
        shape = shape if index < 9 else (4,)  # two cases, not one twice
        exact, other = torch.zeros(shape).double(), torch.zeros(shape).double()
    if kind == 6:
        (exact if index % 2 else other).view(-1)[2] = torch.nan
    if kind == 8:
        other = -exact
    drawn = {"analytic": exact, "numeric": other}
    return drawn if tolerance == 1e-5 else drawn | {"tolerance": tolerance}


@probe
def slopes(student, kind, x, a, b, h, form):
    def f(t):
        sine = torch.sin if isinstance(t, torch.Tensor) else math.sin
        if kind == "quartic":
            return a * t**4 + b * t**3 + t
        if kind == "ratio":
            return (a + b * t) / (2 + t * t)
        return a * sine(2 * t) + b * sine(t)

    if form == "float":
        a, b, x = float(a), float(b), float(x)
    elif form == "tracked":
        x.requires_grad_()
    before = float(x.detach()) if form != "float" else x
    found = student.central_difference(f, x, h), student.central_difference(f, x)
    same = float(x.detach()) == before if form != "float" else True
    return found if same else ("x was changed", "x was changed")


@probe
def gradients(student, kind, x, a, b, h, tracked):
    def f(t):
        if kind == "quartic":
            return (a * t**4 + b * t**3 + t).sum()
        if kind == "mixed":
            return a * t.sum() ** 3 + b * (t**2).sum() * t.reshape(-1)[0]
        return (a * torch.sin(2 * t)).sum() + b * torch.sin(t).prod()

    before = x.clone()
    x.requires_grad_(tracked)
    found = {
        "with a step h": student.numerical_gradient(f, x, h),
        "with the default step": student.numerical_gradient(f, x),
    }
    # Adding a step and taking it away again may leave a rounding error.
    same = torch.allclose(x.detach(), before, rtol=0, atol=1e-13)
    return found if same else dict.fromkeys(found, "x was changed")


# ---------------------------------------------------------------- mistakes


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


# ---------------------------------------------------------------- other right ways


@rewriting("central_difference")
def slope_by_halves(f, x, h=1e-5):
    return f(x + h) / (2 * h) - f(x - h) / (2 * h)


@rewriting("numerical_gradient")
def gradient_by_units(f, x, h=1e-5):
    units = torch.eye(x.numel(), dtype=x.dtype).reshape(-1, *x.shape)
    with torch.no_grad():
        return torch.stack([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in units]).view(x.shape)


@rewriting("gradients_agree")
def agree_by_norm(analytic, numeric, tolerance=1e-5):
    gap, size = (analytic - numeric).norm(), max(analytic.norm(), numeric.norm())
    return bool(gap == 0) if size == 0 else bool(gap / size < tolerance)
