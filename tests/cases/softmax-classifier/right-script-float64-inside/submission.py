# %% [markdown]
# # A softmax classifier from scratch
#
# A linear classifier: the scores of N samples for C classes are X W, and the softmax of a row of
# scores gives the probability of each class. No `torch.nn` layers or losses: write the softmax
# and the cross-entropy with tensor operations.
#
# Shapes: W (D, C), X (N, D), y (N,). y holds integer labels from 0 to C − 1; `reg` is a Python
# float. W and X have the same floating dtype and may or may not require grad. Do not change the
# values of the arguments.
#
# Scores may be as large as ±1000: neither function may overflow then. Ordinary scores and large
# ones have points of their own.

# %%
import torch

# %% [markdown]
# ## 1. The loss (4 points, and 2 for large scores)
#
# Return, as a scalar, the *mean* over the samples of −log(probability of the right class), plus
# reg · ΣW² (the sum of the squares of all elements of W).


# %%
def softmax_loss(W, X, y, reg):
    W, X = W.double(), X.double()
    s = torch.einsum("nd,dc->nc", X, W)
    hot = torch.nn.functional.one_hot(y, W.shape[1]).double()
    return (torch.logsumexp(s, 1) - (s * hot).sum(1)).mean() + reg * torch.linalg.matrix_norm(
        W
    ) ** 2


# %% [markdown]
# ## 2. Its gradient (5 points, and 2 for large scores)
#
# Return dL/dW, shape (D, C), by hand: this function is called with autograd switched off. Loops
# are allowed.


# %%
def softmax_gradient(W, X, y, reg):
    W, X = W.double(), X.double()
    s = X @ W
    P = torch.exp(s - torch.logsumexp(s, 1, keepdim=True))
    hot = torch.eye(W.shape[1], dtype=torch.float64)[y]
    return torch.einsum("nd,nc->dc", X, P - hot) / len(y) + 2 * reg * W
