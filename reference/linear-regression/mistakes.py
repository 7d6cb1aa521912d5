"""What goes wrong."""

import torch

from grader.authoring import mistake

from .functions import descend, loss, predict, slopes


@mistake("predict", "the bias is left out")
def predict_without_bias(x, w, b):
    """Your prediction ignores b, so every line goes through the origin."""
    return w * x


@mistake("predict", "the bias is subtracted")
def predict_bias_subtracted(x, w, b):
    """You take b off. The model adds it."""
    return w * x - b


@mistake("mse", "a sum instead of a mean")
def mse_summed(y_pred, y):
    """You add the squared errors; the task asks for their mean."""
    return ((y_pred - y) ** 2).sum()


@mistake("mse", "absolute instead of squared errors")
def mse_absolute(y_pred, y):
    """You average the sizes of the errors; the task asks for the mean of their squares."""
    return (y_pred - y).abs().mean()


@mistake("mse", "half the mean squared error")
def mse_halved(y_pred, y):
    """Some courses put a 1/2 in front to make the derivative simpler. Here the loss is the plain
    mean."""
    return ((y_pred - y) ** 2).mean() / 2


@mistake("mse", "divided by n − 1")
def mse_degrees(y_pred, y):
    """You divide by one less than there are errors, as for a variance. A mean divides by their
    number."""
    return ((y_pred - y) ** 2).sum() / (y.numel() - 1)


@mistake("mse", "the square of the mean error")
def mse_of_mean(y_pred, y):
    """You average first and square the mean, so positive and negative errors cancel. Each error is
    squared on its own."""
    return (y_pred - y).mean() ** 2


def _by_hand(x, y, w, b):
    return slopes(loss, x, y, w, b)


@mistake("gradients_by_hand", "sums instead of means")
def hand_summed(x, y, w, b):
    """You add up over the samples; the gradient of a mean carries the same 1/n as the mean."""
    dw, db = _by_hand(x, y, w, b)
    return dw * len(x), db * len(x)


@mistake("gradients_by_hand", "a missing factor 2")
def hand_without_factor(x, y, w, b):
    """The error is squared, and differentiating a square brings a factor down; yours is lost."""
    dw, db = _by_hand(x, y, w, b)
    return dw / 2, db / 2


@mistake("gradients_by_hand", "the wrong sign")
def hand_sign(x, y, w, b):
    """Your gradients point downhill: check which way round you take the error."""
    dw, db = _by_hand(x, y, w, b)
    return -dw, -db


@mistake("gradients_by_hand", "the factor x is missing in dL/dw")
def hand_without_x(x, y, w, b):
    """w is multiplied by x in the prediction, so its derivative carries that x."""
    _, db = _by_hand(x, y, w, b)
    return db, db


@mistake("gradients_by_hand", "the two gradients swapped")
def hand_swapped(x, y, w, b):
    """Both numbers are right but in the other order: first dL/dw, then dL/db."""
    dw, db = _by_hand(x, y, w, b)
    return db, dw


@mistake("gradients_by_autograd", "the gradients of a sum")
def autograd_summed(x, y, w, b):
    """You differentiate the sum of the squared errors; the task asks for their mean."""
    dw, db = _by_hand(x, y, w, b)
    return dw * len(x), db * len(x)


@mistake("gradients_by_autograd", "the two gradients swapped")
def autograd_swapped(x, y, w, b):
    """Both numbers are right but in the other order: first dL/dw, then dL/db."""
    dw, db = _by_hand(x, y, w, b)
    return db, dw


@mistake("fit", "gradients pile up from epoch to epoch")
def fit_accumulated(x, y, lr, epochs, w0=0.0, b0=0.0):
    """`backward` adds to `.grad`. From the second epoch on you walk along the sum of all gradients
    so far."""
    total = [0.0, 0.0]

    def slope(x, y, w, b):
        dw, db = slopes(loss, x, y, w, b)
        total[0], total[1] = total[0] + dw, total[1] + db
        return tuple(total)

    return descend(x, y, lr, epochs, w0, b0, slope)


@mistake("fit", "a sum instead of a mean")
def fit_summed(x, y, lr, epochs, w0=0.0, b0=0.0):
    """Your steps and losses are n times too large: the task asks for the mean of the squared
    errors."""
    n = len(x)
    w, b, losses = descend(x, y, lr, epochs, w0, b0, lambda *at: [n * g for g in slopes(loss, *at)])
    return w, b, [n * value for value in losses]


@mistake("fit", "steps uphill")
def fit_uphill(x, y, lr, epochs, w0=0.0, b0=0.0):
    """The gradient points uphill; a step that lowers the loss goes against it."""
    return descend(x, y, -lr, epochs, w0, b0)


@mistake("fit", "the loss is recorded after the update")
def fit_losses_late(x, y, lr, epochs, w0=0.0, b0=0.0):
    """w and b are right, but losses[k] should be the loss before update k, and yours is the one
    after."""
    w, b, losses = descend(x, y, lr, epochs, w0, b0)
    return w, b, [*losses[1:], loss(x, y, w, b)] if losses else losses


@mistake("fit", "the start values are ignored")
def fit_from_zero(x, y, lr, epochs, w0=0.0, b0=0.0):
    """You start from your own numbers instead of w0 and b0."""
    return descend(x, y, lr, epochs, 0.0, 0.0)


@mistake("fit", "b is updated with the new w")
def fit_sequential(x, y, lr, epochs, w0=0.0, b0=0.0):
    """Both gradients belong to the same point. Compute both, then update both."""

    def slope(x, y, w, b):
        dw, _ = slopes(loss, x, y, w, b)
        _, db = slopes(loss, x, y, w - lr * dw, b)
        return dw, db

    return descend(x, y, lr, epochs, w0, b0, slope)


@mistake("fit", "one epoch too many")
def fit_one_more(x, y, lr, epochs, w0=0.0, b0=0.0):
    """You make one step more than there are epochs."""
    return descend(x, y, lr, epochs + 1, w0, b0)


@mistake("fit", "the bias is never updated")
def fit_frozen_bias(x, y, lr, epochs, w0=0.0, b0=0.0):
    """b stays where it started. It needs its own gradient and its own update."""
    return descend(x, y, lr, epochs, w0, b0, lambda *at: (slopes(loss, *at)[0], torch.tensor(0.0)))


@mistake("fit", "one epoch too few")
def fit_one_less(x, y, lr, epochs, w0=0.0, b0=0.0):
    """You make one step less than there are epochs."""
    return descend(x, y, lr, max(epochs - 1, 0), w0, b0)


@mistake("fit", "steps half as long")
def fit_half_steps(x, y, lr, epochs, w0=0.0, b0=0.0):
    """The losses show that only the steps are too short, by half: differentiating a square brings
    a factor down."""
    return descend(x, y, lr, epochs, w0, b0, lambda *at: [g / 2 for g in slopes(loss, *at)])


@mistake("fit", "averaged twice")
def fit_averaged_twice(x, y, lr, epochs, w0=0.0, b0=0.0):
    """The loss is a mean already; dividing by n again makes the steps n times too short."""
    n = len(x)
    return descend(x, y, lr, epochs, w0, b0, lambda *at: [g / n for g in slopes(loss, *at)])


@mistake("fit", "your own learning rate")
def fit_own_rate(x, y, lr, epochs, w0=0.0, b0=0.0):
    """Every step has the learning rate of the example: the argument `lr` never enters."""
    return descend(x, y, 0.01, epochs, w0, b0)


@mistake("fit", "a column is compared with a row")
def fit_broadcast(x, y, lr, epochs, w0=0.0, b0=0.0):
    """(n, 1) minus (n,) is an n by n table: every prediction meets every target. Mind the
    shapes."""
    return descend(x, y, lr, epochs, w0, b0, table_slopes, table_loss)


@mistake("gradients_by_hand", "a column is compared with a row")
def hand_broadcast(x, y, w, b):
    """(n, 1) minus (n,) is an n by n table: every prediction meets every target. Mind the
    shapes."""
    return table_slopes(x, y, w, b)


@mistake("gradients_by_autograd", "a column is compared with a row")
def autograd_broadcast(x, y, w, b):
    """(n, 1) minus (n,) is an n by n table: every prediction meets every target. Mind the
    shapes."""
    return table_slopes(x, y, w, b)


@mistake("gradients_by_hand", "the bias is left out of the prediction")
def hand_without_bias(x, y, w, b):
    """Your error ignores b: the prediction is w·x + b."""
    return slopes(loss, x, y, w, 0 * b)


@mistake("gradients_by_hand", "the bias is subtracted in the prediction")
def hand_bias_subtracted(x, y, w, b):
    """Your error takes b off: the prediction is w·x + b."""
    return slopes(loss, x, y, w, -b)


@mistake("fit", "sample by sample")
def fit_by_sample(x, y, lr, epochs, w0=0.0, b0=0.0):
    """You move w and b after every sample. In an epoch of full-batch descent all samples share one
    step."""
    return descend(x, y, lr, epochs, w0, b0, lambda *at: sample_steps(*at, lr))


@mistake("fit", "sample by sample, each with its share of the mean")
def fit_by_share(x, y, lr, epochs, w0=0.0, b0=0.0):
    """You move w and b after every sample. In an epoch of full-batch descent all samples share one
    step."""
    return descend(x, y, lr, epochs, w0, b0, lambda *at: sample_steps(*at, lr, len(x)))


def sample_steps(x, y, w, b, lr, share=1):
    """Return by what the steps after single samples move w and b in an epoch, divided by lr.

    In numbers of Python: thousands of steps on tensors of one number take seconds.
    """
    w, b = w0, b0 = w.item(), b.item()
    for xk, yk in zip(x.tolist(), y.tolist(), strict=True):
        error = w * xk + b - yk
        w, b = w - lr / share * 2 * error * xk, b - lr / share * 2 * error
    return (w0 - w) / lr, (b0 - b) / lr


@mistake("mse", "the root of the mean squared error")
def mse_root(y_pred, y):
    """You take a square root at the end; the task asks for the mean of the squares itself."""
    return ((y_pred - y) ** 2).mean().sqrt()


def table_loss(x, y, w, b):
    return ((predict(x, w, b)[:, None] - y) ** 2).mean()


def table_slopes(x, y, w, b):
    return slopes(table_loss, x, y, w, b)
