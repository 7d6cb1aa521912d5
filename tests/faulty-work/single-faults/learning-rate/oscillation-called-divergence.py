# The two words for large steps are swapped.

# %%
import torch


# %%
def max_learning_rate(X):
    sigma = torch.linalg.svdvals(X.detach().double())[0]
    return (len(X) / sigma**2).item()


# %%
def behaviour(a, lr):
    names = ["monotone", "diverging", "oscillating"]
    return names[min(int(2 * a * lr), 2)]
