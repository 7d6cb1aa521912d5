# W2 is left out of the penalty.

# %%
import torch


# %%
def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    h = torch.clamp(torch.addmm(b1, X, W1), min=0)
    s = torch.addmm(b2, h, W2)
    nll = torch.logsumexp(s, dim=1) - s[torch.arange(s.shape[0]), y]
    return nll.mean() + reg * W1.pow(2).sum()


# %%
def two_layer_gradients(X, y, W1, b1, W2, b2, reg):
    N = len(y)
    z = X @ W1 + b1
    h = z.clamp(min=0)
    s = h @ W2 + b2
    delta = torch.exp(s - torch.logsumexp(s, dim=1, keepdim=True))
    delta[torch.arange(N), y] -= 1
    delta /= N
    back = (delta @ W2.T) * (z > 0)
    return {
        "W1": X.T @ back + 2 * reg * W1,
        "b1": back.sum(dim=0),
        "W2": h.T @ delta + 2 * reg * W2,
        "b2": delta.sum(dim=0),
    }
