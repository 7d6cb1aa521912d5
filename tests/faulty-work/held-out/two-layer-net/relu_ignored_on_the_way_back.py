# The gradient passes the ReLU as if it were not there.

# %%
import torch


# %%
def two_layer_loss(X, y, W1, b1, W2, b2, reg):
    hidden = torch.clamp(X @ W1 + b1, min=0)
    scores = hidden @ W2 + b2
    shifted = scores - scores.max(dim=1, keepdim=True).values
    log_probs = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    data = -log_probs[torch.arange(X.shape[0]), y].mean()
    return data + reg * ((W1**2).sum() + (W2**2).sum())


# %%
def forward_pass(X, W1, b1, W2, b2):
    cache = {"X": X, "pre": X.mm(W1) + b1}
    cache["act"] = cache["pre"].clamp(min=0.0)
    cache["out"] = cache["act"].mm(W2) + b2
    return cache


def stable_softmax(table):
    table = table - table.amax(dim=1, keepdim=True)
    e = table.exp()
    return e / e.sum(dim=1, keepdim=True)


def two_layer_gradients(X, y, W1, b1, W2, b2, reg):
    cache = forward_pass(X, W1, b1, W2, b2)
    m = X.shape[0]
    delta2 = stable_softmax(cache["out"])
    delta2[range(m), y] -= 1
    delta2 = delta2 / m
    delta1 = delta2.mm(W2.t())
    return {
        "W1": cache["X"].t().mm(delta1) + 2 * reg * W1,
        "b1": delta1.sum(0),
        "W2": cache["act"].t().mm(delta2) + 2 * reg * W2,
        "b2": delta2.sum(0),
    }
