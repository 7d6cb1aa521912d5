# The cross-entropy is summed over the samples, not averaged.

# %%
import torch


# %%
def softmax_loss(W, X, y, reg):
    scores = X @ W
    scores = scores - scores.max(dim=1, keepdim=True).values
    log_p = scores - torch.log(torch.exp(scores).sum(dim=1, keepdim=True))
    return -log_p[torch.arange(len(y)), y].sum() + reg * (W**2).sum()


# %%
def softmax_gradient(W, X, y, reg):
    N = X.shape[0]
    scores = X @ W
    scores = scores - scores.max(dim=1, keepdim=True).values
    P = torch.exp(scores)
    P = P / P.sum(dim=1, keepdim=True)
    P[torch.arange(N), y] -= 1
    return X.T @ P / N + 2 * reg * W
