# %% [markdown]
# # A two-layer net from scratch
#
# A hidden layer with ReLU, then scores for C classes:
#
#     hidden = relu(X W1 + b1)        shape (N, H)
#     scores = hidden W2 + b2         shape (N, C)
#
# No `torch.nn` layers or losses: write ReLU, softmax and cross-entropy with tensor operations.
#
# Shapes: X (N, D), y (N,), W1 (D, H), b1 (H,), W2 (H, C), b2 (C,). y holds integer labels from 0
# to C − 1; `reg` is a Python float. The others have the same floating dtype and may or may not
# require grad. Do not change the values of the arguments.
#
# Scores may be as large as ±1000: neither function may overflow then. Ordinary scores and large
# ones have points of their own.

# %%
import torch

# %% [markdown]
# ## 1. The loss (4 points, and 2 for large scores)
#
# Return, as a scalar, the *mean* over the samples of −log(softmax probability of the right
# class), plus reg · (ΣW1² + ΣW2²), the sums of the squares of all elements. The biases are not
# regularised.


# %%
def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    X, W1, b1, W2, b2 = (t.double() for t in (X, W1, b1, W2, b2))
    s = torch.addmm(b2, torch.addmm(b1, X, W1).relu(), W2)
    nll = torch.logsumexp(s, 1) - s.gather(1, y[:, None]).squeeze(1)
    return nll.mean() + reg * sum(W.square().sum() for W in (W1, W2))


# %% [markdown]
# ## 2. Its gradients (8 points, and 2 for large scores)
#
# Return a dict with exactly the keys "W1", "b1", "W2" and "b2": the gradient of the loss with
# respect to each, in its shape. By hand: this function is called with autograd switched off. (No
# value in front of the ReLU is exactly 0.)


# %%
def two_layer_gradients(X, y, W1, b1, W2, b2, reg):
    X, W1, b1, W2, b2 = (t.double() for t in (X, W1, b1, W2, b2))
    z = torch.addmm(b1, X, W1)
    h = z.relu()
    s = torch.addmm(b2, h, W2)
    D = (s - s.logsumexp(1, keepdim=True)).exp_()
    D.scatter_add_(1, y[:, None], -torch.ones(len(y), 1, dtype=torch.float64))
    D.div_(len(y))
    dz = torch.einsum("nc,hc->nh", D, W2) * z.sign().clamp(min=0)
    weights = {"W1": (X, dz, W1), "W2": (h, D, W2)}
    grads = {k: torch.einsum("ni,nj->ij", a, d) + 2 * reg * W for k, (a, d, W) in weights.items()}
    return grads | {"b1": dz.sum(0), "b2": D.sum(0)}
