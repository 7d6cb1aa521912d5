# The prediction is X w without the bias.

# %%
import numpy as np
import torch


# %%
class Linear:
    """My linear layer."""

    def __init__(self, n_in: int, n_out: int):
        start = np.random.normal(scale=0.5, size=(n_in, n_out))
        self.w = torch.tensor(start, dtype=torch.get_default_dtype(), requires_grad=True)
        self.b = torch.zeros((n_out,), requires_grad=True)
        self.params = [self.w, self.b]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # (n, n_in) times (n_in, n_out) gives (n, n_out)
        prediction = x.mm(self.w)
        return prediction


# %%
def step(X, y, model, lr=0.1):
    loss = ((model.forward(X).squeeze(1) - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        for p in model.params:
            p -= lr * p.grad
            p.grad.zero_()
    return loss.item()
