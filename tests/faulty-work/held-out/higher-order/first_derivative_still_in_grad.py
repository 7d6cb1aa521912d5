# The grad of the first pass is not cleared before the second one, so f' and f'' are added.

# %%
import torch


# %%
def second_derivative(f, x):
    t = x.detach().clone().requires_grad_()
    # t * 0 keeps the graph alive when f is linear
    y = f(t) + 0 * t**3
    y.backward(create_graph=True)
    slope = t.grad
    slope.backward()
    return t.grad.detach()


# %%
def hessian_vector_product(f, x, v):
    """Differentiate <grad f, v>; the gradient itself goes in as grad_outputs."""
    point = x.detach().clone().requires_grad_()
    grad = torch.autograd.grad(f(point), point, create_graph=True)[0]
    return torch.autograd.grad(grad, point, grad_outputs=v.detach())[0]
