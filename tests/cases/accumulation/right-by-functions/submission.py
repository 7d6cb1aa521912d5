import torch


def accumulate_then_reset(x):
    square = torch.func.grad(lambda t: t**2)(x.detach())
    cube = torch.func.grad(lambda t: t**3)(x.detach())
    return torch.stack([square, square + cube, cube]).tolist()


def gradients_without_leak(f, xs):
    return [torch.func.grad(f)(x) for x in xs]
