"""Leaving the graph: a constant factor, an untracked square, a step in place, what goes wrong."""

import torch

from grader.authoring import gradient, mistake, probe, rewriting


def stop_gradient(x):
    return gradient(lambda x: x**2 * (x**2).detach(), x)


def tracking_flags(x):
    with torch.enable_grad():
        leaf = x.detach().requires_grad_()
        tracked = leaf**2
        with torch.no_grad():
            untracked = leaf**2
    return tracked.requires_grad, untracked.requires_grad


def sgd_(params, lr):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad
            param.grad = None


@probe
def two_steps(student, W, b, c, dW, db, dc, lr):
    params = [value.clone().requires_grad_() for value in (W, b, c)]
    for param, slope in zip(params, (dW, db, dc), strict=True):
        param.grad = slope.clone()

    def values():
        return torch.cat([param.detach().reshape(-1) for param in params])

    before = values()
    student.sgd_(list(params), lr)
    after = values()
    # What a call leaves alone it has not kept right.
    moved = not torch.equal(before, after)
    trainable = all(param.is_leaf and param.requires_grad for param in params)
    cleared = all(param.grad is None or not bool(param.grad.any()) for param in params)
    second = None
    if moved and trainable:
        sum((param**2).sum() for param in params).backward()
        student.sgd_(list(params), lr)
        second = values()
    return {
        "the updated parameters": after,
        "gradients are cleared": moved and cleared,
        "parameters are trainable leaves": moved and trainable,
        "the next step": second,
    }


# ---------------------------------------------------------------- mistakes


@mistake("stop_gradient", "nothing is detached")
def stop_nothing(x):
    """You differentiate both factors. One of them should count as a constant."""
    return gradient(lambda x: x**2 * x**2, x)


@mistake("stop_gradient", "x instead of x² is detached")
def stop_x(x):
    """The factor that counts as a constant is x², not x."""
    return gradient(lambda x: x**2 * x.detach(), x)


@mistake("stop_gradient", "the constant factor is left out")
def stop_without_constant(x):
    """A detached factor is constant for the derivative, but it is still there as a factor."""
    return gradient(lambda x: x**2, x)


@mistake("stop_gradient", "everything is detached")
def stop_everything(x):
    """Your derivative is zero: only one of the two factors may leave the graph."""
    return 0 * x


@mistake("stop_gradient", "the value instead of the derivative")
def stop_value(x):
    """You return z itself. The task asks how fast z changes with x."""
    return x**4


@mistake("tracking_flags", "the flags swapped")
def flags_swapped(x):
    """Both flags are right but in the other order: first outside, then inside no_grad."""
    return False, True


@mistake("tracking_flags", "nothing is tracked")
def flags_never(x):
    """Nobody asked for a record: the square is tracked only where its input requires grad."""
    return False, False


@mistake("tracking_flags", "everything is tracked")
def flags_always(x):
    """The second flag must be that of a tensor *computed* inside no_grad."""
    return True, True


@mistake("sgd_", "steps uphill")
def step_uphill(params, lr):
    """The gradient points uphill; a step that lowers the loss goes against it."""
    sgd_(params, -lr)


@mistake("sgd_", "the parameters stay where they are")
def step_nowhere(params, lr):
    """Either .grad is cleared before it is used, or p = p − … makes a new tensor and leaves the
    caller's one alone."""
    for param in params:
        param.grad = None


@mistake("sgd_", "the gradients are not cleared")
def step_without_clearing(params, lr):
    """The step is right. The next backward adds to the .grad that you have left there."""
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad


@mistake("sgd_", "only the last gradient is cleared")
def step_clearing_last(params, lr):
    """The step is right. The gradient of the last parameter is cleared, those before it are not:
    does the line stand in the loop?"""
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad
    params[-1].grad = None


@mistake("sgd_", "the parameters no longer require grad")
def step_untrainable(params, lr):
    """The step is right, but afterwards nothing records what happens to the parameters."""
    sgd_(params, lr)
    for param in params:
        param.requires_grad_(False)


@mistake("sgd_", "the learning rate is ignored")
def step_of_one(params, lr):
    """You take the whole gradient as the step; lr says which share of it."""
    sgd_(params, 1.0)


@mistake("sgd_", "only the first parameter is updated")
def step_of_first(params, lr):
    """The first one is right and the others stay where they are: every tensor in `params` needs a
    step of its own."""
    sgd_(params[:1], lr)


# ---------------------------------------------------------------- other right ways


@rewriting("stop_gradient")
def stop_by_formula(x):
    return 2 * x * x * x


@rewriting("tracking_flags")
def flags_in_numpy(x):
    return [torch.ones((), requires_grad=True).requires_grad, x.detach().requires_grad]


@rewriting("sgd_")
def step_on_values(params, lr):
    for param in params:
        param.data = param.data - lr * param.grad
        param.grad.zero_()


@rewriting("sgd_")
def step_by_optimizer(params, lr):
    optimizer = torch.optim.SGD(params, lr=lr)
    optimizer.step()
    optimizer.zero_grad()
