import numpy as np
import torch


def central_difference(f, x, h=1e-5):
    above, below = f(x + h), f(x - h)
    return float(above - below) / h / 2


def numerical_gradient(f, x, h=1e-5):
    grad = np.zeros(tuple(x.shape))
    with torch.no_grad():
        for index in np.ndindex(*x.shape):
            x[index] += h
            above = float(f(x))
            x[index] -= 2 * h
            below = float(f(x))
            x[index] += h
            grad[index] = (above - below) / (2 * h)
    return torch.from_numpy(grad)


def gradients_agree(analytic, numeric, tolerance=1e-5):
    a, b = analytic.detach().double().numpy(), numeric.detach().double().numpy()
    return np.linalg.norm(a - b) <= tolerance * max(np.linalg.norm(a), np.linalg.norm(b))
