# The penalty includes the squares of the biases.

# %%
import torch


# %%
def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    total = 0
    for xi, yi in zip(X, y):
        z = xi @ W1 + b1
        h = torch.where(z > 0, z, torch.zeros_like(z))
        s = h @ W2 + b2
        total = total + (torch.logsumexp(s, 0) - s[yi])
    penalty = torch.sum(W1 * W1) + torch.sum(W2 * W2) + torch.sum(b1 * b1) + torch.sum(b2 * b2)
    return total / len(X) + reg * penalty


# %%
def two_layer_gradients(X, y, W1, b1, W2, b2, reg):
    A = torch.einsum("nd,dh->nh", X, W1) + b1
    R = A * (A > 0)
    S = torch.einsum("nh,hc->nc", R, W2) + b2
    T = torch.eye(S.shape[1], dtype=S.dtype)[y]
    Q = torch.exp(S - S.max(dim=-1, keepdim=True)[0])
    G = (Q / Q.sum(dim=-1, keepdim=True) - T) / S.shape[0]
    K = torch.einsum("nc,hc->nh", G, W2) * (A > 0)
    return dict(
        W1=torch.einsum("nd,nh->dh", X, K) + 2 * reg * W1,
        b1=torch.einsum("nh->h", K),
        W2=torch.einsum("nh,nc->hc", R, G) + 2 * reg * W2,
        b2=torch.einsum("nc->c", G),
    )
