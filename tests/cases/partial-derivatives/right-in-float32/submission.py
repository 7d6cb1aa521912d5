import numpy as np
import torch


def mixed_quadratic_gradients(x, y):
    p = torch.stack([x.detach(), y.detach()]).float().requires_grad_()
    (p[0] ** 2 + 3 * p.prod() + p[1] ** 2).backward()
    return tuple(p.grad)


def weighted_quadratic_gradients(x, y):
    x, y = x.detach().float(), y.detach().float()
    x.requires_grad = y.requires_grad = True
    f = 2 * x**2 + x * y + 3 * y**2
    return torch.autograd.grad(f, (x, y))


def weighted_quadratic_by_hand(x, y):
    x, y = np.float32(x.detach().numpy()), np.float32(y.detach().numpy())
    return 4 * x + y, x + 6 * y
