"""A linear model and its training step, and what goes wrong."""

import torch

from grader.authoring import gradient, mistake, probe, rewriting
from grader.judging.properties import within


class Linear:
    def __init__(self, n_in, n_out):
        self.w = torch.randn(n_in, n_out, requires_grad=True)
        self.b = torch.zeros(n_out, requires_grad=True)
        self.params = [self.w, self.b]

    def forward(self, x):
        return x @ self.w + self.b


def error(prediction, y):
    return ((prediction.squeeze() - y) ** 2).mean()


def step(X, y, model, lr=0.1):
    return descend(model, lr, X, y, error)


def descend(model, lr, X, y, loss):
    """Update the parameters by the gradient of `loss` and return its value before."""
    value = loss(model.forward(X), y)
    slopes = torch.autograd.grad(value, model.params)
    with torch.no_grad():
        for parameter, slope in zip(model.params, slopes, strict=True):
            parameter -= lr * slope
    return value


# ---------------------------------------------------------------- probes


@probe
def parameters(student, n_in, n_out):
    model, other = student.Linear(n_in, n_out), student.Linear(n_in, n_out)
    own = [model.w, model.b]
    return {
        "shape of w": list(model.w.shape),
        "shape of b": list(model.b.shape),
        "w and b are leaves that require grad": all(p.is_leaf and p.requires_grad for p in own),
        "w and b have the default dtype": all(p.dtype == torch.get_default_dtype() for p in own),
        "params holds w and b themselves": [id(p) for p in model.params] == [id(p) for p in own],
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
    return {"prediction": predicted, "gradient of w": model.w.grad, "gradient of b": model.b.grad}


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


def recovered(coefficient, bias):
    near = 0.02
    return {
        "coefficient": within(coefficient - near, coefficient + near),
        "bias": within(bias - near, bias + near),
    }


# ---------------------------------------------------------------- mistakes


@mistake("Linear", "the bias is left out of the prediction")
class WithoutBias:
    """Your prediction ignores b, so every line goes through the origin and b never learns."""

    __init__ = Linear.__init__

    def forward(self, x):
        return x @ self.w


@mistake("Linear", "w is transposed")
class Transposed:
    """w has the shape (n_out, n_in), as in `torch.nn.Linear`; here the task asks for (n_in,
    n_out)."""

    def __init__(self, n_in, n_out):
        self.w = torch.randn(n_out, n_in, requires_grad=True)
        self.b = torch.zeros(n_out, requires_grad=True)
        self.params = [self.w, self.b]

    def forward(self, x):
        return x @ self.w.T + self.b


@mistake("Linear", "the prediction is not tracked by autograd")
class Untracked:
    """No gradient reaches w and b: they do not require grad, or `forward` leaves the graph on the
    way."""

    def __init__(self, n_in, n_out):
        self.w, self.b = torch.randn(n_in, n_out), torch.zeros(n_out)
        self.params = [self.w, self.b]

    forward = Linear.forward


@mistake("Linear", "w is computed, not a leaf")
class NotLeaf:
    """w is the result of an operation on the tensor that requires grad, such as a product or a
    cast. Only that tensor, the leaf, gets a gradient."""

    def __init__(self, n_in, n_out):
        self.w = 0.1 * torch.randn(n_in, n_out, requires_grad=True)
        self.b = torch.zeros(n_out, requires_grad=True)
        self.params = [self.w, self.b]

    forward = Linear.forward


@mistake("Linear", "every model starts with the same w")
class Constant:
    """Every model starts from the same w. Its values should be random."""

    def __init__(self, n_in, n_out):
        self.w = torch.ones(n_in, n_out, requires_grad=True)
        self.b = torch.zeros(n_out, requires_grad=True)
        self.params = [self.w, self.b]

    forward = Linear.forward


@mistake("Linear", "params holds copies")
class Copied:
    """`params` holds other tensors than `w` and `b`, so a step on `params` does not change the
    model."""

    def __init__(self, n_in, n_out):
        Linear.__init__(self, n_in, n_out)
        self.params = [p.detach().clone().requires_grad_() for p in self.params]

    forward = Linear.forward


@mistake("step", "a column is compared with a row")
def step_broadcast(X, y, model, lr=0.1):
    """(n, 1) minus (n,) is an n by n table: every prediction meets every target. Mind the
    shapes."""
    return descend(model, lr, X, y, lambda predicted, y: ((predicted - y) ** 2).mean())


@mistake("step", "a sum instead of a mean")
def step_summed(X, y, model, lr=0.1):
    """You add the squared errors, so loss and step are n times too large: the task asks for their
    mean."""
    return descend(model, lr, X, y, lambda predicted, y: error(predicted, y) * len(y))


@mistake("step", "half the mean squared error")
def step_halved(X, y, model, lr=0.1):
    """Some courses put a 1/2 in front to make the derivative tidy. Here the loss is the plain
    mean."""
    return descend(model, lr, X, y, lambda predicted, y: error(predicted, y) / 2)


@mistake("step", "the step goes uphill")
def step_uphill(X, y, model, lr=0.1):
    """The gradient points uphill; a step that lowers the loss goes against it."""
    return descend(model, -lr, X, y, error)


@mistake("step", "the loss is the one after the update")
def step_late(X, y, model, lr=0.1):
    """The step is right, but you return the loss after the update. Keep the one you
    differentiated."""
    descend(model, lr, X, y, error)
    return error(model.forward(X), y)


@mistake("step", "gradients pile up")
def step_accumulated(X, y, model, lr=0.1):
    """`backward` adds to `.grad`. Clear it, or the next step walks along the sum of all gradients
    so far."""
    value = error(model.forward(X), y)
    value.backward()
    with torch.no_grad():
        for parameter in model.params:
            parameter -= lr * parameter.grad
    return value


@mistake("step", "the gradients stay behind")
def step_uncleared(X, y, model, lr=0.1):
    """The steps are right, but a gradient stays in `.grad` after the call. Leave None or zero
    there."""
    for parameter in model.params:
        parameter.grad = None
    return step_accumulated(X, y, model, lr)


@mistake("step", "the parameters never move")
def step_frozen(X, y, model, lr=0.1):
    """w and b are as before. `p = p - …` makes a new tensor and leaves the model's own
    untouched."""
    return error(model.forward(X), y)


@mistake("step", "your own learning rate")
def step_fixed_rate(X, y, model, lr=0.1):
    """Every step has the size of the default learning rate: the argument `lr` never enters."""
    return descend(model, 0.1, X, y, error)


@mistake("step", "only the first of the parameters moves")
def step_without_bias(X, y, model, lr=0.1):
    """b stays where it was. Every tensor in `params` needs its own update."""
    value = error(model.forward(X), y)
    (slope,) = torch.autograd.grad(value, model.params[:1])
    with torch.no_grad():
        model.params[0].sub_(lr * slope)
    return value


# ---------------------------------------------------------------- other right ways


@rewriting("Linear")
class WithParameters(torch.nn.Module):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.w = torch.nn.Parameter(torch.rand(n_in, n_out))
        self.b = torch.nn.Parameter(torch.rand(n_out))

    @property
    def params(self):
        return (self.w, self.b)

    def forward(self, x):
        return torch.einsum("ni,io->no", x, self.w) + self.b[None]


@rewriting("step")
def step_functional(X, y, model, lr=0.1):
    value = torch.mean((y[:, None] - model.forward(X)) ** 2)
    value.backward()
    for parameter in model.params:
        parameter.data -= lr * parameter.grad
        parameter.grad.zero_()
    return value.item()


@rewriting("step")
def step_by_formula(X, y, model, lr=0.1):
    w, b = model.params
    with torch.no_grad():
        rest = model.forward(X).squeeze(1) - y
        dw, db = gradient(lambda w, b: ((X @ w + b).squeeze(1) - y).square().mean(), w, b)
        w.sub_(lr * dw)
        b.sub_(lr * db)
    return (rest @ rest / len(y)).item()
