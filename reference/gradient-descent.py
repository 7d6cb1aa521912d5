"""Gradient descent in one variable: the walk, its picture, and what goes wrong."""

import math

import torch

from grader.authoring import gradient, mistake, probe, rewriting
from grader.judging.properties import curve, exactly, mistakable, texts


def minimize(f, x0, lr, steps):
    return descend(f, x0, lr, steps)


def descend(f, x0, lr, steps, slope=gradient):
    x, history_x, history_f = x0.detach(), [], []
    for _ in range(steps):
        history_x.append(x)
        history_f.append(f(x))
        x = x - lr * slope(f, x)
    return x, history_x, history_f


@probe
def two_descents(student, x0, lr, steps, family, a, c, tracked):
    def f(x):
        if family == 0:
            return (x - a) ** 2 + c
        if family == 1:
            return torch.sin(a * x) + c * x
        if family == 2:
            return torch.exp(a * x / 2) + c * x
        return (x * x - a) ** 2 / 4 + c

    def copied(part):
        if isinstance(part, (list, tuple)):
            return [copied(one) for one in part]
        return part.clone() if isinstance(part, torch.Tensor) else part

    def called():
        found = student.minimize(f, x0, lr, steps)
        parts = copied(found) if isinstance(found, (list, tuple)) and len(found) <= 3 else []
        return parts + [None] * (3 - len(parts))

    x0.requires_grad_(tracked)
    first, again = called(), called()
    names = ("x", "history_x", "history_f")
    return {name: [first[k], again[k]] for k, name in enumerate(names)}


# ---------------------------------------------------------------- the picture


@probe
def drawing(student, history_x, history_f):
    shown = describe_figure(student.plot_descent(history_x, history_f))  # noqa: F821
    if not shown["titles"]:
        return "no Figure with axes"
    first, second = (shown["points"] + [[], []])[:2]
    return {
        "two axes": len(shown["titles"]),
        "titles": shown["titles"],
        "labels": shown["xlabels"] + shown["ylabels"],
        # x may run upwards, by iteration, or to the right.
        "path": first + [pairs[:, ::-1].copy() for pairs in first],
        "loss curve": second,
    }


def drawn_descent(history_x, history_f):
    path, losses = curve(history_x), curve(history_f)
    logarithms = curve([math.log(value) for value in history_f])
    decimal = curve([math.log10(value) for value in history_f])
    return {
        "two axes": exactly(2, "axes"),
        "titles": texts(2),
        "labels": texts(4),
        "path": mistakable(path, {"one of `history_f`": losses}),
        "loss curve": mistakable(
            losses,
            {
                "one of `history_x`": path,
                "one of their logarithms": logarithms,
                "one of their decimal logarithms": decimal,
            },
        ),
    }


def plot_descent(history_x, history_f):
    from matplotlib.figure import Figure

    figure = Figure()
    left, right = figure.subplots(1, 2)
    left.plot(history_x, history_f, "o-")
    left.set(title="Path", xlabel="x", ylabel="f(x)")
    right.plot(history_f)
    right.set(title="Loss", xlabel="iteration", ylabel="f(x)")
    return figure


# ---------------------------------------------------------------- mistakes


@mistake("minimize", "gradients pile up from step to step")
def descent_accumulated(f, x0, lr, steps):
    """`backward` adds to `.grad`: from step two on you follow the sum of all slopes so far."""
    slopes = []

    def slope(f, x):
        slopes.append(gradient(f, x))
        return sum(slopes)

    return descend(f, x0, lr, steps, slope)


@mistake("minimize", "steps uphill")
def descent_uphill(f, x0, lr, steps):
    """The derivative points uphill; a step that lowers f goes against it."""
    return descend(f, x0, -lr, steps)


@mistake("minimize", "one step too many")
def descent_one_more(f, x0, lr, steps):
    """You take one step more than was asked for."""
    return descend(f, x0, lr, steps + 1)


@mistake("minimize", "one step too few")
def descent_one_less(f, x0, lr, steps):
    """You take one step less than was asked for."""
    return descend(f, x0, lr, max(steps - 1, 0))


@mistake("minimize", "the histories are recorded after the step")
def descent_late(f, x0, lr, steps):
    """x is right. The histories hold what was *before* each step, and yours what comes after."""
    x, history_x, history_f = descend(f, x0, lr, steps)
    if not steps:
        return x, history_x, history_f
    return x, [*history_x[1:], x], [*history_f[1:], f(x)]


@mistake("minimize", "f is recorded after the step")
def descent_late_f(f, x0, lr, steps):
    """x and history_x are right; history_f holds f(x) as it was *before* each step."""
    x, history_x, history_f = descend(f, x0, lr, steps)
    return x, history_x, [*history_f[1:], f(x)] if steps else history_f


@mistake("minimize", "the end is recorded as well")
def descent_with_end(f, x0, lr, steps):
    """x is right. The histories have one entry for each step, so the last x is not among them."""
    x, history_x, history_f = descend(f, x0, lr, steps)
    return x, [*history_x, x], [*history_f, f(x)]


@mistake("minimize", "one and the same tensor all through history_x")
def descent_aliased(f, x0, lr, steps):
    """history_x holds one tensor many times, which shows its last value. Keep clones or numbers."""
    x, _, history_f = descend(f, x0, lr, steps)
    return x, [x] * steps, history_f


@mistake("minimize", "the x before the last step is returned")
def descent_unfinished(f, x0, lr, steps):
    """The histories are right, but the x that you return is the one before the last step."""
    x, history_x, history_f = descend(f, x0, lr, steps)
    return history_x[-1] if steps else x, history_x, history_f


@mistake("minimize", "the learning rate is ignored")
def descent_without_rate(f, x0, lr, steps):
    """You take the whole derivative as the step; lr says which share of it."""
    return descend(f, x0, 1.0, steps)


@mistake("minimize", "the start value is ignored")
def descent_from_zero(f, x0, lr, steps):
    """You start from your own number instead of x0."""
    return descend(f, 0 * x0, lr, steps)


@mistake("minimize", "x0 itself is changed")
def descent_in_place(f, x0, lr, steps):
    """Your steps change the caller's x0, so a second call starts elsewhere. Work on a copy."""
    found = descend(f, x0.detach().clone(), lr, steps)
    x0.data.copy_(found[0].data)
    return found


@mistake("minimize", "the slope at the start in every step")
def descent_along_first_slope(f, x0, lr, steps):
    """Every step uses the derivative at x0. It changes with x, so each step needs its own."""
    return descend(f, x0, lr, steps, lambda f, x: gradient(f, x0.detach()))


@mistake("minimize", "the learning rate shrinks")
def descent_decaying(f, x0, lr, steps):
    """Step k is divided by k. The learning rate is the same for all steps."""
    numbers = iter(range(1, steps + 1))
    return descend(f, x0, lr, steps, lambda f, x: gradient(f, x) / next(numbers))


@mistake("minimize", "momentum")
def descent_with_momentum(f, x0, lr, steps):
    """A share of the step before is still in every step. Plain descent follows the derivative at
    the present x alone."""
    speed = [torch.zeros_like(x0.detach())]

    def slope(f, x):
        speed[0] = 0.9 * speed[0] + gradient(f, x)
        return speed[0]

    return descend(f, x0, lr, steps, slope)


@mistake("minimize", "only the sign of the derivative")
def descent_by_sign(f, x0, lr, steps):
    """All your steps have the length lr: you take the sign of the derivative, or divide it by its
    size. How steep f is belongs to the step."""
    return descend(f, x0, lr, steps, lambda f, x: gradient(f, x).sign())


@mistake("minimize", "history_f holds running sums")
def descent_running_sums(f, x0, lr, steps):
    """x and history_x are right. You add up the values of f; history_f holds each one on its
    own."""
    x, history_x, history_f = descend(f, x0, lr, steps)
    return x, history_x, [sum(history_f[: k + 1]) for k in range(len(history_f))]


@mistake("minimize", "history_f holds the derivatives")
def descent_slopes_recorded(f, x0, lr, steps):
    """x and history_x are right. history_f holds the values of f, and yours the slopes."""
    x, history_x, _ = descend(f, x0, lr, steps)
    return x, history_x, [gradient(f, at) for at in history_x]


# ---------------------------------------------------------------- other right ways


@rewriting("minimize")
def descent_on_a_leaf(f, x0, lr, steps):
    x, history_x, history_f = x0.detach().clone().requires_grad_(), [], []
    for _ in range(steps):
        value = f(x)
        history_x.append(x.item())
        history_f.append(value.item())
        value.backward()
        with torch.no_grad():
            x -= lr * x.grad
        x.grad = None
    return [x, history_x, history_f]


@rewriting("minimize")
def descent_by_optimizer(f, x0, lr, steps):
    x = torch.nn.Parameter(x0.detach().clone())
    optimizer = torch.optim.SGD([x], lr=lr)
    history_x, history_f = [], []
    for _ in range(steps):
        optimizer.zero_grad()
        value = f(x)
        value.backward()
        history_x.append(x.detach().clone())
        history_f.append(value)
        optimizer.step()
    return x, torch.tensor(history_x), history_f


@rewriting("plot_descent")
def plot_by_iteration(history_x, history_f):
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    figure = plt.figure()
    for place, values, name in ((1, history_x, "x"), (2, history_f, "loss")):
        axes = figure.add_subplot(2, 1, place)
        axes.plot(range(len(values)), values)
        axes.set_title(name)
        axes.set_xlabel("iteration")
        axes.set_ylabel(name)
    plt.close(figure)
    return figure
