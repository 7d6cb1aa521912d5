"""Learning rates: the limit that the curvature sets, and the three regimes below and above it."""

import numpy
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


def regime_renamed(a, lr, names):
    found = behaviour(a, lr)
    return names.get(found, found)


@sampler("max_learning_rate")
def with_close_curvatures(rng, index):
    """Draw tall, wide, square and single-file X; often the second curvature is near the first.

    So an iteration that stops early is wrong, wherever it starts, and a long one is right.
    """
    n, d = int(rng.integers(6, 10)), int(rng.integers(3, 6))
    shape = ((n, d), (d, n), (d, d), (n, 1), (1, n), (n, d), (d, n), (n, 2))[index % 8]
    left, right = (numpy.linalg.qr(rng.standard_normal((k, k)))[0] for k in shape)
    few = min(shape)
    values = numpy.sort(rng.uniform(0.2, 0.9, few))[::-1]
    values[0] = 1.0
    if few > 1:
        values[1] = 0.98 if index % 8 in (0, 1, 5, 6) else 0.8
    size = rng.uniform(1.5, 4.0)
    return {"X": torch.as_tensor(size * left[:, :few] * values @ right[:few])}


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


@mistake("max_learning_rate", "the curvature itself")
def curvature(X):
    """You return the largest curvature. The limit is a step: the sharper, the shorter."""
    return sharpness(X)


@mistake("max_learning_rate", "the largest entry on the diagonal of the Hessian")
def by_diagonal(X):
    """You look along the axes alone. The sharpest direction lies between them as a rule."""
    return 2 / (2 * (X * X).mean(0)).max()


@mistake("max_learning_rate", "the Frobenius norm of the Hessian")
def by_frobenius(X):
    """The root of the sum of all squared entries bounds the largest eigenvalue, but is larger than
    it. Which norm of a matrix is its largest stretch?"""
    return X.shape[0] / torch.linalg.matrix_norm(X.T @ X)


@mistake("max_learning_rate", "the fastest step instead of the largest")
def fastest(X):
    """2 divided by the sum of the largest and the smallest curvature is the step that converges
    fastest; longer ones still converge."""
    values = torch.linalg.eigvalsh(2 / X.shape[0] * X.T @ X)
    return 2 / (values[-1] + values[0])


@mistake("max_learning_rate", "the longest row of X")
def by_longest_row(X):
    """That is the limit when one sample is taken at a time. Here a step sees all of them."""
    return 1 / (X * X).sum(1).max()


@mistake("max_learning_rate", "the mean over all entries of X")
def by_all_entries(X):
    """Your curvature is divided by the number of entries of X. The mean is taken over the samples
    alone."""
    return 2 / (sharpness(X) / X.shape[1])


@mistake("max_learning_rate", "the columns counted for the rows")
def by_columns(X):
    """You divide by the number of columns of X, its features. The mean is taken over the samples,
    one a row."""
    return X.shape[1] / X.shape[0] * max_learning_rate(X)


@mistake("max_learning_rate", "the largest eigenvalue is squared")
def squared_sharpness(X):
    """You square what is an eigenvalue already. Squares are taken of singular values of X."""
    return 2 / sharpness(X) ** 2


@mistake("max_learning_rate", "the columns are centred first")
def centred(X):
    """You take the mean off every column, which changes the curvature. X is taken as it is."""
    return max_learning_rate(X - X.mean(0))


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


@mistake("behaviour", "oscillating is taken for monotone")
def monotone_up_to_the_limit(a, lr):
    """Every step that converges is monotone for you. On which side of the bottom does it land?"""
    return "monotone" if 2 * a * lr < 2 else "diverging"


@mistake("behaviour", "oscillating and diverging are swapped")
def large_steps_swapped(a, lr):
    """The borders are right, but oscillating and diverging stand for each other: which of the two
    needs the longer step?"""
    return regime_renamed(a, lr, {"oscillating": "diverging", "diverging": "oscillating"})


@mistake("behaviour", "monotone and oscillating are swapped")
def small_steps_swapped(a, lr):
    """The borders are right, but monotone and oscillating stand for each other: which of the two
    steps over the bottom?"""
    return regime_renamed(a, lr, {"oscillating": "monotone", "monotone": "oscillating"})


@mistake("behaviour", "the borders grow with a")
def borders_with_curvature(a, lr):
    """You allow longer steps where a is larger. A sharper bowl overshoots sooner."""
    return regime(2 * lr / a)


@mistake("behaviour", "capital letters")
def capitals(a, lr):
    """The answers are right, but the words are asked for in small letters."""
    return behaviour(a, lr).capitalize()


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
