"""What is asked of a student, and of which inputs."""

import torch

from grader.authoring import probe


@probe
def parameters(student, n_in, n_out):
    model, other = student.Linear(n_in, n_out), student.Linear(n_in, n_out)
    own = {"w": model.w, "b": model.b}
    names = {id(tensor): name for name, tensor in own.items()}
    lost = [
        f"{name} is {'untracked' if p.is_leaf else 'computed'}"
        for name, p in own.items()
        if not (p.is_leaf and p.requires_grad)
    ]
    return {
        "shape of w": list(model.w.shape),
        "shape of b": list(model.b.shape),
        "w and b are leaves that require grad": ", ".join(lost) or "both are",
        "w and b have the default dtype": all(
            p.dtype == torch.get_default_dtype() for p in own.values()
        ),
        "params holds w and b themselves": ", ".join(
            names.get(id(p), "another") for p in list(model.params)[:9]
        ),
        "the w of two models differ": not torch.equal(model.w, other.w),
    }


@probe
def prediction(student, X, w, b, upstream):
    usual = torch.get_default_dtype()
    torch.set_default_dtype(X.dtype)
    try:
        model = student.Linear(*w.shape)
    finally:
        torch.set_default_dtype(usual)
    # A model that insists on float32 is asked in float32.
    X, upstream = X.to(model.w.dtype), upstream.to(model.w.dtype)
    with torch.no_grad():
        model.w.copy_(w)
        model.b.copy_(b)
    predicted = model.forward(X)
    if predicted.requires_grad and predicted.shape == upstream.shape:
        predicted.backward(upstream)
    own = {"w": model.w, "b": model.b}
    return {"prediction": predicted} | {
        f"gradient of {name}": (
            "it is computed" if not p.is_leaf else p.grad if p.requires_grad else "it is untracked"
        )
        for name, p in own.items()
    }


@probe
def three_steps(student, X, y, w, b, lr):
    class Model:
        def __init__(self):
            self.params = [w.requires_grad_(), b.requires_grad_()]

        def forward(self, x):
            return torch.addmm(self.params[1], x, self.params[0])

    model, before = Model(), (X.clone(), y.clone())
    losses = [student.step(X, y, model, lr), student.step(X, y, model, lr=lr)]
    losses.append(student.step(X, y, model))
    same = len(model.params) == 2 and model.params[0] is w and model.params[1] is b
    trainable = all(p.is_leaf and p.requires_grad for p in model.params)
    cleared = all(p.grad is None or not p.grad.any() for p in (w, b))
    untouched = torch.equal(X, before[0]) and torch.equal(y, before[1])
    return {
        "losses before each of three steps": losses,
        "w after them": w,
        "b after them": b,
        "params are the same objects, trainable leaves": bool(same and trainable),
        "no gradient is left, X and y are unchanged": bool(cleared and untouched),
    }


@probe
def recovery(student, coefficient, bias):
    X = torch.randn(1500, 1)
    y = coefficient * X[:, 0] + bias
    model = student.Linear(1, 1)
    for _ in range(30):
        student.step(X, y, model)
    return {"coefficient": model.w.reshape(()), "bias": model.b.reshape(())}
