# The penalty is divided by the number of samples as well.

# %%
import torch


# %%
def softmax_loss(W, X, y, reg):
    scores = X @ W
    scores = scores - scores.max(dim=1, keepdim=True).values
    log_p = scores - torch.log(torch.exp(scores).sum(dim=1, keepdim=True))
    return -log_p[torch.arange(len(y)), y].mean() + reg * (W**2).sum()


# %%
def softmax_gradient(W, X, y, reg):
    N = X.shape[0]
    grad = 2 * reg * W
    for i in range(N):
        s = X[i] @ W
        p = torch.exp(s - torch.logsumexp(s, 0))
        p[y[i]] -= 1
        grad = grad + X[i].unsqueeze(1) * p
    return grad / N
