# A leaky slope of 0.1 is used on the way back, but not in the loss.

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
    N = len(y)
    z = X @ W1 + b1
    h = z.clamp(min=0)
    s = h @ W2 + b2
    d = torch.exp(s - torch.logsumexp(s, 1, keepdim=True))
    d[torch.arange(N), y] -= 1
    d /= N
    slope = torch.where(z > 0, torch.ones_like(z), 0.1 * torch.ones_like(z))
    dz = d @ W2.T * slope
    return {
        "W1": X.T @ dz + 2 * reg * W1,
        "b1": dz.sum(0),
        "W2": h.T @ d + 2 * reg * W2,
        "b2": d.sum(0),
    }
