# %%
from torch.func import grad, jacrev


# %%
def z(x, y):
    return x * x + 3 * x * y + y * y


def f(point):
    x, y = point
    return 2 * x.pow(2) + x * y + 3 * y.pow(2)


# %%
def mixed_quadratic_gradients(x, y):
    return list(grad(z, argnums=(0, 1))(x, y))


# %%
def weighted_quadratic_gradients(x, y):
    slopes = jacrev(f)((x, y))
    return [slopes[0], slopes[1]]


# %%
def weighted_quadratic_by_hand(x, y):
    a, b = float(x), float(y)
    return 4 * a + b, a + 6 * b
