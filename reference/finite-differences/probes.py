"""What is asked of a student, and of which inputs."""

import math

import torch

from grader.authoring import probe, sampler


@sampler("gradients_agree")
def two_gradients(rng, index):
    """Draw gradients whose relative error is far (25-fold or more) from the tolerance."""
    kind = index % 9
    tolerance = (1e-5, 1e-3, 1e-2)[index % 3]
    shape = ((4,), (3, 5), (6,))[index // 3 % 3]
    scale = 1e3 if kind in (0, 2, 7) else 1e-3
    exact = scale * torch.as_tensor(rng.standard_normal(shape))
    noise = torch.as_tensor(rng.choice([-1.0, 1.0], shape))
    error = tolerance * torch.linalg.vector_norm(exact) / torch.linalg.vector_norm(noise)
    other = exact + noise * error * (1 / 40 if kind in (0, 1, 2) else 50)
    if kind == 2:  # one coordinate is small, and its own error is not
        other.view(-1)[1] -= exact.view(-1)[1].item()
        exact.view(-1)[1] = 0.0
    if kind == 4:  # errors that cancel
        other.view(-1)[:2] = exact.view(-1)[:2] + 50 * error * torch.tensor([1.0, -1.0])
        other.view(-1)[2:] = exact.view(-1)[2:]
    if kind == 5:
        shape = shape if index < 9 else (4,)  # two cases, not one twice
        exact, other = torch.zeros(shape).double(), torch.zeros(shape).double()
    if kind == 6:
        (exact if index % 2 else other).view(-1)[2] = torch.nan
    if kind == 8:
        other = -exact
    drawn = {"analytic": exact, "numeric": other}
    return drawn if tolerance == 1e-5 else drawn | {"tolerance": tolerance}


@probe
def slopes(student, kind, x, a, b, h, form):
    def f(t):
        sine = torch.sin if isinstance(t, torch.Tensor) else math.sin
        if kind == "quartic":
            return a * t**4 + b * t**3 + t
        if kind == "ratio":
            return (a + b * t) / (2 + t * t)
        return a * sine(2 * t) + b * sine(t)

    if form == "float":
        a, b, x = float(a), float(b), float(x)
    elif form == "tracked":
        x.requires_grad_()
    before = float(x.detach()) if form != "float" else x
    found = student.central_difference(f, x, h), student.central_difference(f, x)
    same = float(x.detach()) == before if form != "float" else True
    return found if same else ("x was changed", "x was changed")


@probe
def gradients(student, kind, x, a, b, h, tracked):
    def f(t):
        if kind == "quartic":
            return (a * t**4 + b * t**3 + t).sum()
        if kind == "mixed":
            return a * t.sum() ** 3 + b * (t**2).sum() * t.reshape(-1)[0]
        return (a * torch.sin(2 * t)).sum() + b * torch.sin(t).prod()

    before = x.clone()
    x.requires_grad_(tracked)
    found = {
        "with a step h": student.numerical_gradient(f, x, h),
        "with the default step": student.numerical_gradient(f, x),
    }
    # Adding a step and taking it away again may leave a rounding error.
    same = torch.allclose(x.detach(), before, rtol=0, atol=1e-13)
    return found if same else dict.fromkeys(found, "x was changed")
