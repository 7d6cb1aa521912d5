# The bias gradients are means over the samples of gradients already divided by N.

# %%
import torch


# %%
def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    z = torch.einsum("nd,dh->nh", X, W1) + b1
    h = torch.where(z > 0, z, torch.zeros_like(z))
    s = torch.einsum("nh,hc->nc", h, W2) + b2
    s = s - s.max(dim=1, keepdim=True).values
    log_p = s - torch.log(torch.exp(s).sum(dim=1, keepdim=True))
    penalty = reg * sum(torch.sum(W * W) for W in (W1, W2))
    return -log_p.gather(1, y[:, None]).mean() + penalty


# %%
def two_layer_gradients(X, y, W1, b1, W2, b2, reg):
    n = len(y)
    pre = X @ W1 + b1
    hidden = torch.relu(pre)
    scores = hidden @ W2 + b2
    d_scores = torch.exp(scores - torch.logsumexp(scores, dim=1, keepdim=True))
    d_scores[torch.arange(n), y] -= 1
    d_scores = d_scores / n
    d_pre = (d_scores @ W2.T) * (pre > 0).to(X.dtype)
    return {
        "W1": X.T @ d_pre + 2 * reg * W1,
        "b1": d_pre.mean(dim=0),
        "W2": hidden.T @ d_scores + 2 * reg * W2,
        "b2": d_scores.mean(dim=0),
    }
