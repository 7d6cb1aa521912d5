import torch


def stop_gradient(x):
    x = torch.tensor(x.item(), requires_grad=True)
    with torch.no_grad():
        c = x**2
    return torch.autograd.grad(c * x**2, x)[0].item()


def tracking_flags(x):
    leaf = torch.nn.Parameter(torch.tensor(float(x)))
    flags = [torch.pow(leaf, 2).requires_grad]
    with torch.no_grad():
        flags.append(torch.pow(leaf, 2).requires_grad)
    return flags


def sgd_(params, lr):
    opt = torch.optim.SGD(params, lr=lr)
    opt.step()
    opt.zero_grad(set_to_none=False)
