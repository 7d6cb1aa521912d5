import torch


def central_difference(f, x, h=1e-5):
    if isinstance(x, torch.Tensor):
        x = x.detach()
    return (f(x + h) - f(x - h)) / (2 * h)


def numerical_gradient(f, x, h=1e-5):
    out = torch.zeros(x.shape)
    base = x.detach()
    for i in range(base.numel()):
        e = torch.zeros(base.numel(), dtype=torch.float64)
        e[i] = h
        e = e.reshape(base.shape)
        out.view(-1)[i] = central_difference(lambda t: f(base + t * e / h), 0.0, h)
    return out


def gradients_agree(analytic, numeric, tolerance=1e-5):
    if torch.isnan(analytic).any() or torch.isnan(numeric).any():
        return False
    return ((analytic - numeric).norm() / (numeric.norm() + 1e-30)).item() <= tolerance
