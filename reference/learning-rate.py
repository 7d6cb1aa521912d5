"""Learning rates: the limit that the curvature sets, and the three regimes below and above it."""

import torch

from grader.authoring import mistake, rewriting, sampler


def sharpness(X):
    """Return the largest eigenvalue of the Hessian of mean((Xw − y)²), which is 2/n XᵀX."""
    return 2 / X.shape[0] * torch.linalg.eigvalsh(X.T @ X)[-1]


def max_learning_rate(X):
    return 2 / sharpness(X)


def regime(shrink):
    """Name what happens when every step multiplies x by 1 − shrink."""
    if shrink < 1:
        return "monotone"
    return "oscillating" if shrink < 2 else "diverging"


def behaviour(a, lr):
    return regime(2 * a * lr)


@sampler("behaviour")
def around_both_borders(rng, index):
    """Draw steps well inside each regime and near both borders, none at a border."""
    shrink = (0.4, 0.9, 1.1, 1.5, 1.9, 2.1, 2.5, 4.0)[index % 8] * rng.uniform(0.98, 1.02)
    a = int(rng.integers(256, 3073)) / 1024
    return {"a": a, "lr": round(shrink / (2 * a) * 1024) / 1024}


@mistake("max_learning_rate", "1/L instead of 2/L")
def half_the_limit(X):
    """Steps up to 1/L go down safely, but descent still converges well beyond that."""
    return 1 / sharpness(X)


@mistake("max_learning_rate", "the Hessian lacks its factor 2")
def hessian_without_two(X):
    """The error is squared: differentiating twice leaves a factor that your curvature lacks."""
    return 4 / sharpness(X)


@mistake("max_learning_rate", "a sum instead of a mean")
def summed(X):
    """Your curvature belongs to the sum of the squared errors; the task takes their mean."""
    return 2 / sharpness(X) / X.shape[0]


@mistake("max_learning_rate", "the limit is inverted")
def inverted(X):
    """A sharper bowl needs smaller steps; your number grows with the curvature."""
    return sharpness(X) / 2


@mistake("max_learning_rate", "divided by the trace instead of the largest eigenvalue")
def by_trace(X):
    """The sum of all curvatures is a safe bound, not the limit: only the sharpest direction
    counts."""
    return X.shape[0] / (X * X).sum()


@mistake("max_learning_rate", "a column of ones was added")
def with_ones(X):
    """X is taken as it is; a bias column changes the curvature."""
    return max_learning_rate(torch.cat([X, torch.ones_like(X[:, :1])], dim=1))


@mistake("max_learning_rate", "the largest singular value instead of its square")
def singular(X):
    """The curvature comes from XᵀX, whose eigenvalues are the squares of X's singular values."""
    return X.shape[0] / torch.linalg.svdvals(X)[0]


@mistake("behaviour", "the factor 2 of the derivative is missing")
def slope_without_two(a, lr):
    """The derivative of a·x² is not a·x: work out what one step multiplies x by."""
    return regime(a * lr)


@mistake("behaviour", "the curvature a is ignored")
def for_any_curvature(a, lr):
    """The borders move with a: a sharper bowl overshoots sooner."""
    return regime(2 * lr)


@mistake("behaviour", "oscillating is taken for diverging")
def no_oscillation(a, lr):
    """A step over the bottom still converges as long as it lands closer than it started."""
    return "monotone" if 2 * a * lr < 1 else "diverging"


@rewriting("max_learning_rate")
def by_singular_values(X):
    return float(X.shape[0] / torch.linalg.svdvals(X).max() ** 2)


@rewriting("max_learning_rate")
def by_norm(X):
    return X.shape[0] / torch.linalg.matrix_norm(X, 2) ** 2


@rewriting("behaviour")
def by_walking(a, lr):
    x, signs = 1.0, []
    for _ in range(2):
        x -= lr * 2 * a * x
        signs.append(x > 0)
    if abs(x) > 1:
        return "diverging"
    return "monotone" if all(signs) else "oscillating"
