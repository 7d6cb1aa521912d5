"""The two-layer net: the loss that is differentiated, and what goes wrong."""

import torch

from grader.authoring import gradient, mistake, rewriting, sampler


def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    return cross_entropies(X, y, W1, b1, W2, b2).mean() + reg * squares(W1, W2)


def scores_of(X, W1, b1, W2, b2):
    return torch.relu(X @ W1 + b1) @ W2 + b2


def cross_entropies(X, y, W1, b1, W2, b2):
    scores = scores_of(X, W1, b1, W2, b2)
    return torch.logsumexp(scores, 1) - scores[torch.arange(len(y)), y]


def squares(W1, W2):
    return (W1**2).sum() + (W2**2).sum()


def gradients_of(loss, X, y, W1, b1, W2, b2, reg):
    found = gradient(lambda *at: loss(X, y, *at, reg), W1, b1, W2, b2)
    return dict(zip(("W1", "b1", "W2", "b2"), found, strict=True))


def large_scores(rng, index):
    """Draw scores around ±1000 that differ by about one: all overflow or all vanish.

    No class is nearly certain, so that p − 1 loses no digits in float32 and the usual log(p) of
    shifted scores is right.
    """
    N, D, H, C = (1, 5, 4, 6)[index % 4], (3, 4, 2)[index % 3], (4, 5)[index % 2], 4 + index % 2

    def drawn(*shape):
        size = rng.integers(8, 41, shape) / 64
        return torch.as_tensor(size * rng.choice([-1.0, 1.0], shape))

    sign = -1 if index % 3 == 0 else 1
    y = rng.integers(0, C, N)
    y[-1] = C - 1
    if index % 4 == 1:
        y[y == C - 1] = 0  # the last class has no label
    return {
        "X": 4 * drawn(N, D),  # so that what happens below 0 shows
        "y": torch.as_tensor(y),
        "W1": drawn(D, H),
        "b1": drawn(H),
        "W2": drawn(H, C) / 2,
        "b2": drawn(C) + sign * float(rng.integers(900, 1200)),
        "reg": 0.0 if index % 3 == 2 else float(rng.integers(4, 32)) / 64,
    }


@sampler("two_layer_loss-large")
def large_for_loss(rng, index):
    return large_scores(rng, index)


@sampler("two_layer_gradients-large")
def large_for_gradients(rng, index):
    return large_scores(rng, index)


# ---------------------------------------------------------------- mistakes in the loss


@mistake("two_layer_loss", "a sum instead of a mean")
def loss_summed(X, y, W1, b1, W2, b2, reg):
    """You add the losses of the samples; the task asks for their mean."""
    return cross_entropies(X, y, W1, b1, W2, b2).sum() + reg * squares(W1, W2)


@mistake("two_layer_loss", "the regularisation is left out")
def loss_unregularised(X, y, W1, b1, W2, b2, reg):
    """Your cross-entropy is right, but `reg` never enters."""
    return cross_entropies(X, y, W1, b1, W2, b2).mean()


@mistake("two_layer_loss", "half the regularisation")
def loss_half_regularised(X, y, W1, b1, W2, b2, reg):
    """Some courses put a 1/2 in front of the squares. Here there is none."""
    return two_layer_loss(X, y, W1, b1, W2, b2, reg / 2)


@mistake("two_layer_loss", "the biases are regularised")
def loss_of_biases(X, y, W1, b1, W2, b2, reg):
    """You add the squares of b1 and b2 too; only W1 and W2 are regularised."""
    return two_layer_loss(X, y, W1, b1, W2, b2, reg) + reg * squares(b1, b2)


@mistake("two_layer_loss", "only one layer is regularised")
def loss_of_second_layer(X, y, W1, b1, W2, b2, reg):
    """The squares of W1 are missing: both layers are regularised."""
    return cross_entropies(X, y, W1, b1, W2, b2).mean() + reg * (W2**2).sum()


@mistake("two_layer_loss", "the ReLU is left out")
def loss_without_relu(X, y, W1, b1, W2, b2, reg):
    """Without the ReLU two layers are no more than one: negative values go through."""
    return linear_loss(X, y, W1, b1, W2, b2, reg)


def linear_loss(X, y, W1, b1, W2, b2, reg):
    scores = (X @ W1 + b1) @ W2 + b2
    own = torch.logsumexp(scores, 1) - scores[torch.arange(len(y)), y]
    return own.mean() + reg * squares(W1, W2)


@mistake("two_layer_loss", "the first bias is left out")
def loss_without_b1(X, y, W1, b1, W2, b2, reg):
    """b1 never enters the hidden layer."""
    return two_layer_loss(X, y, W1, 0 * b1, W2, b2, reg)


@mistake("two_layer_loss", "reg counts for W1 alone")
def loss_without_parentheses(X, y, W1, b1, W2, b2, reg):
    """reg multiplies the squares of W1, not those of W2: the sum of both stands in parentheses."""
    return two_layer_loss(X, y, W1, b1, W2, b2, reg) + (1 - reg) * (W2**2).sum()


@mistake("two_layer_loss", "a sigmoid instead of the ReLU")
def loss_with_sigmoid(X, y, W1, b1, W2, b2, reg):
    """The hidden layer is asked for with a ReLU."""
    scores = torch.sigmoid(X @ W1 + b1) @ W2 + b2
    own = torch.logsumexp(scores, 1) - scores[torch.arange(len(y)), y]
    return own.mean() + reg * squares(W1, W2)


@mistake("two_layer_loss", "a ReLU on the scores too")
def loss_with_late_relu(X, y, W1, b1, W2, b2, reg):
    """The scores may be negative: the ReLU belongs to the hidden layer alone."""
    scores = torch.relu(scores_of(X, W1, b1, W2, b2))
    own = torch.logsumexp(scores, 1) - scores[torch.arange(len(y)), y]
    return own.mean() + reg * squares(W1, W2)


# ---------------------------------------------------------------- mistakes in the gradients


@mistake("two_layer_gradients", "sums instead of means")
def gradients_summed(X, y, W1, b1, W2, b2, reg):
    """You add up over the samples; the gradient of a mean carries the same 1/N as the mean."""
    return gradients_of(loss_summed, X, y, W1, b1, W2, b2, reg)


@mistake("two_layer_gradients", "the regularisation is left out")
def gradients_unregularised(X, y, W1, b1, W2, b2, reg):
    """The squares of W1 and W2 are part of the loss, so they have a gradient too."""
    return gradients_of(two_layer_loss, X, y, W1, b1, W2, b2, 0.0)


@mistake("two_layer_gradients", "a missing factor 2 in the regularisation")
def gradients_half_regularised(X, y, W1, b1, W2, b2, reg):
    """W1 and W2 are squared in the loss, and differentiating a square brings a factor down."""
    return gradients_of(two_layer_loss, X, y, W1, b1, W2, b2, reg / 2)


@mistake("two_layer_gradients", "the biases are regularised")
def gradients_of_biases(X, y, W1, b1, W2, b2, reg):
    """The squares of b1 and b2 are not part of the loss."""
    return gradients_of(loss_of_biases, X, y, W1, b1, W2, b2, reg)


@mistake("two_layer_gradients", "the ReLU is forgotten on the way back")
def gradients_through_everything(X, y, W1, b1, W2, b2, reg):
    """A hidden value that the ReLU set to 0 lets no gradient through; yours does."""
    hidden = X @ W1 + b1

    def loss(X, y, W1, b1, W2, b2, reg):
        # The value of relu(h), with the gradient of h.
        h = X @ W1 + b1
        scores = (h + (torch.relu(hidden) - hidden).detach()) @ W2 + b2
        own = torch.logsumexp(scores, 1) - scores[torch.arange(len(y)), y]
        return own.mean() + reg * squares(W1, W2)

    return gradients_of(loss, X, y, W1, b1, W2, b2, reg)


@mistake("two_layer_gradients", "the mask does not see b1")
def gradients_masked_without_bias(X, y, W1, b1, W2, b2, reg):
    """W2 and b2 are right. The ReLU is closed where X W1 + b1 is negative; you look at X W1."""
    return gradients_masked(X @ W1 > 0, X, y, W1, b1, W2, b2, reg)


@mistake("two_layer_gradients", "the mask is taken from the gradient")
def gradients_masked_by_sign(X, y, W1, b1, W2, b2, reg):
    """W2 and b2 are right. You cut off negative *gradients*. The ReLU is closed where the hidden
    value is 0, whatever its gradient is."""
    return gradients_masked(None, X, y, W1, b1, W2, b2, reg)


def gradients_masked(mask, X, y, W1, b1, W2, b2, reg):
    hidden = torch.relu(X @ W1 + b1)
    back = torch.softmax(hidden @ W2 + b2, 1)
    back[torch.arange(len(y)), y] -= 1
    behind = back / len(y) @ W2.T
    behind = torch.relu(behind) if mask is None else behind * mask
    found = gradients_of(two_layer_loss, X, y, W1, b1, W2, b2, reg)
    return found | {"W1": X.T @ behind + 2 * reg * W1, "b1": behind.sum(0)}


@mistake("two_layer_gradients", "W2 gets the values before the ReLU")
def gradients_before_relu(X, y, W1, b1, W2, b2, reg):
    """The others are right. The scores come from the hidden values after the ReLU, so the gradient
    of W2 does, too."""
    found = gradients_of(two_layer_loss, X, y, W1, b1, W2, b2, reg)
    before = X @ W1 + b1
    back = torch.softmax(torch.relu(before) @ W2 + b2, 1)
    back[torch.arange(len(y)), y] -= 1
    return found | {"W2": before.T @ back / len(y) + 2 * reg * W2}


@mistake("two_layer_gradients", "the sum of reg and 2·W2 instead of their product")
def gradients_with_sum(X, y, W1, b1, W2, b2, reg):
    """In the gradient of W2 reg is added to 2·W2. It is a factor."""
    found = gradients_of(two_layer_loss, X, y, W1, b1, W2, b2, reg)
    return found | {"W2": found["W2"] - 2 * reg * W2 + reg + 2 * W2}


@mistake("two_layer_gradients", "the wrong sign")
def gradients_sign(X, y, W1, b1, W2, b2, reg):
    """The part that comes from the data points the other way: check which way round you
    subtract."""

    def loss(X, y, W1, b1, W2, b2, reg):
        return reg * squares(W1, W2) - cross_entropies(X, y, W1, b1, W2, b2).mean()

    return gradients_of(loss, X, y, W1, b1, W2, b2, reg)


@mistake("two_layer_gradients", "the gradients of the biases are averaged twice")
def gradients_mean_bias(X, y, W1, b1, W2, b2, reg):
    """W1 and W2 are right. Every sample contributes to the gradients of b1 and b2 as well, and the
    1/N of the mean is in them already."""
    found = gradients_of(two_layer_loss, X, y, W1, b1, W2, b2, reg)
    return found | {"b1": found["b1"] / len(y), "b2": found["b2"] / len(y)}


# ---------------------------------------------------------------- other right ways


@rewriting("two_layer_gradients")
def gradients_by_formula(X, y, W1, b1, W2, b2, reg):
    hidden = (X @ W1 + b1).clamp(min=0)
    p = torch.softmax(hidden @ W2 + b2, 1)
    p[torch.arange(len(y)), y] -= 1
    p = p / len(y)
    back = (p @ W2.T) * (hidden > 0)
    return {
        "b2": p.sum(0),
        "W2": hidden.T @ p + 2 * reg * W2,
        "b1": back.sum(0),
        "W1": X.T @ back + 2 * reg * W1,
    }


@rewriting("two_layer_loss")
def loss_by_maximum(X, y, W1, b1, W2, b2, reg):
    scores = torch.clamp(X.mm(W1) + b1, min=0).mm(W2) + b2
    scores = scores - scores.max(1, keepdim=True).values
    p = scores.exp() / scores.exp().sum(1, keepdim=True)
    return -p[range(len(y)), y].log().mean() + reg * (W1.norm() ** 2 + W2.norm() ** 2)
