# The longest row of X gives the limit, as for single-sample descent.

# %%



# %%
def max_learning_rate(X):
    longest = (X * X).sum(dim=1).max()
    return 1 / longest


# %%
def behaviour(a, lr):
    if lr < 1 / (2 * a):
        return "monotone"
    return "oscillating" if lr < 1 / a else "diverging"
