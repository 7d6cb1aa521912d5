"""What goes wrong."""

import torch

from grader.authoring import mistake

from .functions import Linear, descend, error


@mistake("Linear", "the bias is left out of the prediction")
class WithoutBias(Linear):
    """Your prediction ignores b, so every line goes through the origin and b never learns."""

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


@mistake("Linear", "w and b are not tracked")
class Untracked(Linear):
    """Neither w nor b requires grad, so autograd does not follow them and no gradient reaches
    them."""

    def __init__(self, n_in, n_out):
        self.w, self.b = torch.randn(n_in, n_out), torch.zeros(n_out)
        self.params = [self.w, self.b]


@mistake("Linear", "w is not tracked")
class UntrackedWeights(Linear):
    """b requires grad, w does not. Autograd follows only tensors that ask for it."""

    def __init__(self, n_in, n_out):
        self.w, self.b = torch.randn(n_in, n_out), torch.zeros(n_out, requires_grad=True)
        self.params = [self.w, self.b]


@mistake("Linear", "b is not tracked")
class UntrackedBias(Linear):
    """w requires grad, b does not. Autograd follows only tensors that ask for it."""

    def __init__(self, n_in, n_out):
        self.w, self.b = torch.randn(n_in, n_out, requires_grad=True), torch.zeros(n_out)
        self.params = [self.w, self.b]


@mistake("Linear", "the prediction leaves the graph")
class Detached(Linear):
    """w and b require grad, but `forward` leaves the graph on the way: `detach`, `.data`, NumPy
    and `no_grad` do that. So no gradient reaches them."""

    def forward(self, x):
        return Linear.forward(self, x).detach()


@mistake("Linear", "the prediction is cut off from w")
class DetachedWeights(Linear):
    """w requires grad, but `forward` computes with a copy that is not tracked, so no gradient
    reaches w."""

    def forward(self, x):
        return x @ self.w.detach() + self.b


@mistake("Linear", "a ReLU on the prediction")
class Rectified(Linear):
    """Negative predictions come out as 0. A linear model has no activation."""

    def forward(self, x):
        return Linear.forward(self, x).relu()


@mistake("Linear", "one bias for all outputs")
class OneBias(Linear):
    """b is a single number that all outputs share. Each output has its own."""

    def __init__(self, n_in, n_out):
        Linear.__init__(self, n_in, n_out)
        self.b = torch.zeros(1, requires_grad=True)
        self.params = [self.w, self.b]


@mistake("Linear", "w is computed, not a leaf")
class NotLeaf(Linear):
    """w is the result of an operation on the tensor that requires grad, such as a product or a
    cast. Only that tensor, the leaf, gets a gradient."""

    def __init__(self, n_in, n_out):
        self.w = 0.1 * torch.randn(n_in, n_out, requires_grad=True)
        self.b = torch.zeros(n_out, requires_grad=True)
        self.params = [self.w, self.b]


@mistake("Linear", "every model starts with the same w")
class Constant(Linear):
    """Every model starts from the same w. Its values should be random."""

    def __init__(self, n_in, n_out):
        self.w = torch.ones(n_in, n_out, requires_grad=True)
        self.b = torch.zeros(n_out, requires_grad=True)
        self.params = [self.w, self.b]


@mistake("Linear", "params holds b before w")
class BiasFirst(Linear):
    """`params` holds the right tensors in the other order: w comes first."""

    def __init__(self, n_in, n_out):
        Linear.__init__(self, n_in, n_out)
        self.params = [self.b, self.w]


@mistake("Linear", "params holds w alone")
class WeightsAlone(Linear):
    """b is not in `params`, so a step on `params` never moves it."""

    def __init__(self, n_in, n_out):
        Linear.__init__(self, n_in, n_out)
        self.params = [self.w]


@mistake("Linear", "params holds copies")
class Copied(Linear):
    """`params` holds other tensors than `w` and `b`, so a step on `params` does not change the
    model."""

    def __init__(self, n_in, n_out):
        Linear.__init__(self, n_in, n_out)
        self.params = [p.detach().clone().requires_grad_() for p in self.params]


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
    """Some courses put a 1/2 in front to make the derivative simpler. Here the loss is the plain
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


@mistake("step", "only the gradient of w is cleared")
def step_clearing_w(X, y, model, lr=0.1):
    """Every parameter has its `.grad`; that of b stays and adds up from step to step."""
    return step_clearing(0, X, y, model, lr)


@mistake("step", "only the gradient of b is cleared")
def step_clearing_b(X, y, model, lr=0.1):
    """Every parameter has its `.grad`; that of w stays and adds up from step to step."""
    return step_clearing(1, X, y, model, lr)


def step_clearing(which, X, y, model, lr):
    value = error(model.forward(X), y)
    value.backward()
    with torch.no_grad():
        for parameter in model.params:
            parameter -= lr * parameter.grad
    model.params[which].grad = None
    return value.detach()


@mistake("step", "divided by n − 1")
def step_degrees(X, y, model, lr=0.1):
    """You divide by one less than there are samples, as for a variance. A mean divides by their
    number."""
    return descend(model, lr, X, y, lambda p, y: error(p, y) * len(y) / max(len(y) - 1, 1))


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
    as it is."""
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


@mistake("step", "new tensors take the place of those in params")
def step_replaced(X, y, model, lr=0.1):
    """The numbers are right, but they are in new tensors that you put into `params`. The model's
    own w and b stay as they were: change those in place."""
    value = error(model.forward(X), y)
    value.backward()
    model.params = [(p - lr * p.grad).detach().requires_grad_() for p in model.params]
    return value


@mistake("step", "one parameter after the other")
def step_one_by_one(X, y, model, lr=0.1):
    """The gradient of b is taken after w has moved. Both belong to the same point: compute both,
    then move both."""
    before = error(model.forward(X), y)
    for parameter in model.params:
        (slope,) = torch.autograd.grad(error(model.forward(X), y), parameter)
        parameter.data -= lr * slope
    return before


@mistake("step", "only the first half of the samples")
def step_on_half(X, y, model, lr=0.1):
    """Your loss sees the first half of the samples alone. All of them count."""
    half = max(1, len(y) // 2)
    return descend(model, lr, X[:half], y[:half], error)


@mistake("step", "the root of the mean squared error")
def step_on_root(X, y, model, lr=0.1):
    """You take a square root of the mean, which changes loss and steps. The task asks for the mean
    of the squares itself."""
    return descend(model, lr, X, y, lambda predicted, y: error(predicted, y).sqrt())


@mistake("step", "absolute instead of squared errors")
def step_on_absolute(X, y, model, lr=0.1):
    """You average the sizes of the errors; the task asks for the mean of their squares."""
    return descend(model, lr, X, y, lambda predicted, y: (predicted.squeeze() - y).abs().mean())


@mistake("step", "only the sign of the gradient")
def step_by_sign(X, y, model, lr=0.1):
    """Every parameter moves by the whole learning rate. The step follows the gradient, its size
    included."""
    value = error(model.forward(X), y)
    slopes = torch.autograd.grad(value, model.params)
    for parameter, slope in zip(model.params, slopes, strict=True):
        parameter.data -= lr * slope.sign()
    return value


@mistake("step", "every gradient is brought to length one")
def step_normalised(X, y, model, lr=0.1):
    """You divide each gradient by its length. The step is the gradient itself times the learning
    rate."""
    value = error(model.forward(X), y)
    slopes = torch.autograd.grad(value, model.params)
    for parameter, slope in zip(model.params, slopes, strict=True):
        parameter.data -= lr * slope / slope.norm()
    return value
