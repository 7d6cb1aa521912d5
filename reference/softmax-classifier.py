"""The softmax classifier: the loss that is differentiated, and what goes wrong."""

import numpy
import torch

from grader.authoring import gradient, mistake, rewriting, sampler


def softmax_loss(W, X, y, reg):
    return cross_entropies(W, X, y).mean() + reg * (W**2).sum()


def cross_entropies(W, X, y):
    scores = X @ W
    return torch.logsumexp(scores, 1) - scores[torch.arange(len(y)), y]


def large_scores(rng, index):
    """Draw scores around ±1000 that differ by about one within a row: they overflow or vanish.

    No class is nearly certain, so that p − 1 loses no digits in float32 and the usual log(p) of
    shifted scores is right. One feature carries the size and its sign differs from row to row, so
    that no shift but each row's own helps.
    """
    N, D, C = (1, 5, 4, 6, 7, 3)[index % 6], (3, 4, 2)[index % 3], (3, 5)[index % 2]
    W = rng.integers(8, 41, (D, C)) / 64 * rng.choice([-1, 1], (D, C))
    X = rng.integers(8, 41, (N, D)) / 64 * rng.choice([-1, 1], (N, D))
    sign = 1 if index % 3 else -1
    X[:, -1] = sign * rng.integers(52, 77, N) / 64 * numpy.where(numpy.arange(N) % 2, -1, 1)
    W[-1] += float(rng.integers(900, 1200))
    y = rng.integers(0, C, N)
    y[-1] = C - 1
    if index % 6 == 2:
        y[y == C - 1] = 0  # the last class has no label
    # The squares of such weights would drown everything else, so reg is 0 or small.
    reg = 2.0**-16 if index % 3 == 1 else 0.0
    return {"W": torch.as_tensor(W), "X": torch.as_tensor(X), "y": torch.as_tensor(y), "reg": reg}


@sampler("softmax_loss-large")
def large_for_loss(rng, index):
    """Draw large scores; in every other case the right class may lie far below the best.

    Up to 58 below: the usual log(p) of shifted scores is right even in float32, where exp gives 0
    from about 100 on, and a small number added to p is not.
    """
    drawn = large_scores(rng, index)
    if index % 2:
        W, X, y = drawn["W"], drawn["X"], drawn["y"]
        ranks = rng.permutation(W.shape[1])
        W[0] = torch.as_tensor(48.0 * ranks / ranks.max())
        X[:, 0] = torch.as_tensor(rng.integers(52, 77, len(X)) / 64)
        y[0] = int(ranks.argmin())
    return drawn


@sampler("softmax_gradient-large")
def large_for_gradient(rng, index):
    return large_scores(rng, index)


# ---------------------------------------------------------------- mistakes in the loss


@mistake("softmax_loss", "a sum instead of a mean")
def loss_summed(W, X, y, reg):
    """You add the losses of the samples; the task asks for their mean."""
    return cross_entropies(W, X, y).sum() + reg * (W**2).sum()


@mistake("softmax_loss", "the regularisation is left out")
def loss_unregularised(W, X, y, reg):
    """Your cross-entropy is right, but `reg` never enters."""
    return cross_entropies(W, X, y).mean()


@mistake("softmax_loss", "half the regularisation")
def loss_half_regularised(W, X, y, reg):
    """Some courses put a 1/2 in front of the squares of W. Here there is none."""
    return cross_entropies(W, X, y).mean() + reg * (W**2).sum() / 2


@mistake("softmax_loss", "the regularisation is divided by the number of samples")
def loss_regularised_in_mean(W, X, y, reg):
    """Only the cross-entropy is averaged over the samples; the squares of W are added once."""
    return cross_entropies(W, X, y).mean() + reg * (W**2).sum() / len(y)


@mistake("softmax_loss", "the mean of the squares of W")
def loss_mean_of_squares(W, X, y, reg):
    """The task asks for the sum of the squares of W; you take their mean."""
    return cross_entropies(W, X, y).mean() + reg * (W**2).mean()


@mistake("softmax_loss", "every class counts as the right one")
def loss_of_all(W, X, y, reg):
    """You add the logarithms of all probabilities. Of each sample only that of the right class
    counts."""
    return -torch.log_softmax(X @ W, 1).sum(1).mean() + reg * (W**2).sum()


@mistake("softmax_loss", "margins instead of the cross-entropy")
def loss_of_margins(W, X, y, reg):
    """Yours is the loss of a support vector machine, with margins of 1. The cross-entropy has no
    margins."""
    scores = X @ W
    right = scores[torch.arange(len(y)), y][:, None]
    margins = torch.relu(scores - right + 1)
    return margins.sum(1).mean() - 1 + reg * (W**2).sum()


@mistake("softmax_loss", "the wrong sign")
def loss_sign(W, X, y, reg):
    """The logarithm of a probability is negative, and your cross-entropy is too."""
    return -cross_entropies(W, X, y).mean() + reg * (W**2).sum()


@mistake("softmax_loss", "the probability without its logarithm")
def loss_without_log(W, X, y, reg):
    """You average probabilities. The loss of a sample is minus the logarithm of one."""
    return -torch.exp(-cross_entropies(W, X, y)).mean() + reg * (W**2).sum()


@mistake("softmax_loss", "the softmax goes over the samples")
def loss_over_samples(W, X, y, reg):
    """Each column of your probabilities adds up to 1. Each row should: one per sample."""
    scores = X @ W
    logs = scores - torch.logsumexp(scores, 0)
    return -logs[torch.arange(len(y)), y].mean() + reg * (W**2).sum()


# ---------------------------------------------------------------- mistakes in the gradient


def data_part(W, X, y):
    return gradient(lambda W: cross_entropies(W, X, y).mean(), W)


@mistake("softmax_gradient", "sums instead of means")
def gradient_summed(W, X, y, reg):
    """You add up over the samples; the gradient of a mean carries the same 1/N as the mean."""
    return data_part(W, X, y) * len(y) + 2 * reg * W


@mistake("softmax_gradient", "the regularisation is left out")
def gradient_unregularised(W, X, y, reg):
    """The squares of W are part of the loss, so they have a gradient too."""
    return data_part(W, X, y)


@mistake("softmax_gradient", "a missing factor 2 in the regularisation")
def gradient_half_regularised(W, X, y, reg):
    """W is squared in the loss, and differentiating a square brings a factor down."""
    return data_part(W, X, y) + reg * W


@mistake("softmax_gradient", "the wrong sign")
def gradient_sign(W, X, y, reg):
    """The part that comes from the data points the other way: check which way round you
    subtract."""
    return -data_part(W, X, y) + 2 * reg * W


@mistake("softmax_gradient", "the right class counts like the others")
def gradient_without_label(W, X, y, reg):
    """Your gradient does not depend on the labels: the score of the right class lowers the loss."""
    everywhere = gradient(lambda W: torch.logsumexp(X @ W, 1).mean(), W)
    return everywhere + 2 * reg * W


@mistake("softmax_gradient", "−(C − 1) for the right class")
def gradient_counted(W, X, y, reg):
    """For the right class you count the other classes, as a loss of margins does. Here it is the
    probability less 1."""
    weights = torch.softmax(X @ W, 1)
    weights[torch.arange(len(y)), y] = 1.0 - W.shape[1]
    return X.T @ weights / len(y) + 2 * reg * W


@mistake("softmax_gradient", "1 is subtracted for every class")
def gradient_less_one(W, X, y, reg):
    """The 1 belongs to the right class alone; you take it from the probabilities of all."""
    return X.T @ (torch.softmax(X @ W, 1) - 1) / len(y) + 2 * reg * W


@mistake("softmax_gradient", "1 is subtracted in whole columns")
def gradient_of_columns(W, X, y, reg):
    """You take 1 from the columns of all labels, in every row. Each row has one label: the row
    needs an index, too."""
    weights = torch.softmax(X @ W, 1)
    weights[:, y] -= 1
    return X.T @ weights / len(y) + 2 * reg * W


@mistake("softmax_gradient", "scores instead of probabilities")
def gradient_of_scores(W, X, y, reg):
    """The 1 is taken from the scores. It belongs to the probabilities: where is the softmax?"""
    weights = X @ W
    weights[torch.arange(len(y)), y] -= 1
    return X.T @ weights / len(y) + 2 * reg * W


@mistake("softmax_gradient", "only the first sample counts")
def gradient_of_first(W, X, y, reg):
    """The loop ends after the first sample."""
    return data_part(W, X[:1], y[:1]) / len(y) + 2 * reg * W


@mistake("softmax_gradient", "the sum of reg and 2W instead of their product")
def gradient_with_sum(W, X, y, reg):
    """reg is added to 2W. It is a factor."""
    return data_part(W, X, y) + reg + 2 * W


@mistake("softmax_gradient", "transposed")
def gradient_transposed(W, X, y, reg):
    """The gradient has the shape of W, (D, C). Yours is the other way round."""
    return (data_part(W, X, y) + 2 * reg * W).T


# ---------------------------------------------------------------- other right ways


@rewriting("softmax_gradient")
def gradient_by_formula(W, X, y, reg):
    p = torch.softmax(X @ W, 1)
    p[torch.arange(len(y)), y] -= 1
    return X.T @ p / len(y) + 2 * reg * W


@rewriting("softmax_loss")
def loss_by_loop(W, X, y, reg):
    total = 0.0
    for row, label in zip(X, y.tolist(), strict=True):
        scores = row @ W
        scores = scores - scores.max()
        total = total - torch.log(torch.exp(scores[label]) / torch.exp(scores).sum())
    return total / len(X) + reg * torch.linalg.vector_norm(W) ** 2
