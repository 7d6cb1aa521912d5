# The linear part before the ReLU is used in the gradient of W2.

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
    N = X.size(0)
    z = X @ W1 + b1
    a = torch.where(z > 0, z, 0 * z)
    s = a @ W2 + b2
    q = torch.exp(s - torch.logsumexp(s, dim=1, keepdim=True))
    onehot = torch.zeros_like(q).scatter(1, y[:, None], 1.0)
    g = (q - onehot) / N
    gz = torch.einsum("nc,hc->nh", g, W2) * (z > 0)
    dW2 = torch.einsum("nh,nc->hc", z, g) + 2 * reg * W2
    dW1 = torch.einsum("nd,nh->dh", X, gz) + 2 * reg * W1
    return {"W1": dW1, "b1": gz.sum(0), "W2": dW2, "b2": g.sum(0)}
