"""Accumulation of gradients: one leaf and many, and what leaks from one pass to the next."""

import torch

from grader.authoring import gradient, mistake, probe, rewriting


def square(x):
    return x**2


def cube(x):
    return x**3


def accumulate_then_reset(x):
    once, again = gradient(square, x), gradient(cube, x)
    return once, once + again, again


def gradients_without_leak(f, xs):
    return [gradient(f, x) for x in xs]


@probe
def two_calls(student, xs, family, a, b, tracked):
    def f(x):
        if family == 0:
            return a * x**2 + b * x
        if family == 1:
            return torch.sin(a * x) + b * x
        if family == 2:
            return a * torch.exp(b * x / 2)
        return a * x**3 - b

    def called():
        found = student.gradients_without_leak(f, xs)
        if not isinstance(found, (list, tuple)):
            return found
        return [one.clone() if isinstance(one, torch.Tensor) else one for one in found]

    xs = [x.requires_grad_() if tracked else x for x in xs]
    return [called(), called()]


# ---------------------------------------------------------------- mistakes


@mistake("accumulate_then_reset", "no reset before the third pass")
def reset_forgotten(x):
    """The first two are right. The third one still holds everything that was there before."""
    once, both, again = accumulate_then_reset(x)
    return once, both, both + again


@mistake("accumulate_then_reset", "a reset too early")
def reset_too_early(x):
    """The first one is right. You reset before the second, which should still hold the first."""
    once, _, again = accumulate_then_reset(x)
    return once, again, again


@mistake("accumulate_then_reset", "zero after the reset")
def reset_read(x):
    """The first two are right. Read the third after one more backward pass, not after the reset."""
    once, both, _ = accumulate_then_reset(x)
    return once, both, 0 * x


@mistake("accumulate_then_reset", "one and the same tensor three times")
def reset_aliased(x):
    """You return .grad itself three times: one tensor, which shows its last value. Keep clones."""
    _, _, again = accumulate_then_reset(x)
    return again, again, again


@mistake("accumulate_then_reset", "the first two are one and the same tensor")
def reset_half_aliased(x):
    """The second pass adds into the very tensor that you kept as the first. Keep a clone of it."""
    _, both, again = accumulate_then_reset(x)
    return both, both, again


@mistake("accumulate_then_reset", "the reset only at the end")
def reset_all_zero(x):
    """You return the very tensor that you clear afterwards. Keep clones of it."""
    return 0 * x, 0 * x, 0 * x


@mistake("accumulate_then_reset", "z is the cube of y")
def reset_nested(x):
    """The first one is right. Your z is y³; the task takes the cube of x."""
    once, again = gradient(square, x), gradient(lambda x: cube(square(x)), x)
    return once, once + again, again


@mistake("accumulate_then_reset", "the third is the second once more")
def reset_partial(x):
    """The first two are right. Your third still holds what y left: after a whole reset only the
    gradient of the last pass is there."""
    once, both, _ = accumulate_then_reset(x)
    return once, both, both


@mistake("accumulate_then_reset", "the third is the first once more")
def reset_then_square(x):
    """The first two are right. After the reset it is z that is differentiated once more; yours is
    the derivative of y."""
    once, both, _ = accumulate_then_reset(x)
    return once, both, once


@mistake("accumulate_then_reset", "y counts twice in the second")
def accumulated_twice(x):
    """The first and the third are right. The first pass left the gradient of y in .grad already;
    you add it once more."""
    once, both, again = accumulate_then_reset(x)
    return once, once + both, again


@mistake("gradients_without_leak", "the derivatives pile up")
def leak_summed(f, xs):
    """The first derivative is right; each further one still holds those before it."""
    return list(torch.stack(gradients_without_leak(f, xs)).cumsum(0))


@mistake("gradients_without_leak", "the sum instead of a list")
def leak_into_one(f, xs):
    """You return one number, the sum of all derivatives. Each x has its own."""
    return torch.stack(gradients_without_leak(f, xs)).sum()


@mistake("gradients_without_leak", "one and the same tensor for every x")
def leak_aliased(f, xs):
    """Your list holds one tensor many times, which shows its last value. Keep clones of it."""
    return [gradient(f, xs[-1])] * len(xs)


@mistake("gradients_without_leak", "the last tensor everywhere, and it piles up")
def leak_aliased_sum(f, xs):
    """Your list holds one .grad many times; it adds up and is never cleared."""
    return [sum(gradients_without_leak(f, xs))] * len(xs)


@mistake("gradients_without_leak", "what an earlier call left is still there")
def leak_from_call_to_call(f, xs):
    """The first call is right. It leaves its gradients in the .grad of your caller's tensors, and
    the second call adds to them."""
    for x in xs:
        f(x.requires_grad_()).backward()
    return [x.grad.clone() for x in xs]


@mistake("gradients_without_leak", "the values instead of the derivatives")
def leak_values(f, xs):
    """You return f(x). The task asks how fast it changes with x."""
    return [f(x) for x in xs]


@mistake("gradients_without_leak", "the derivatives of a mean")
def leak_averaged(f, xs):
    """Your numbers are divided by how many there are: you differentiate the mean of all f(x). Each
    f'(x) stands on its own."""
    return [slope / len(xs) for slope in gradients_without_leak(f, xs)]


@mistake("gradients_without_leak", "the gradients are cleared before they are returned")
def leak_cleared(f, xs):
    """You return the very tensors that you clear afterwards. Keep clones of them."""
    return [0 * x for x in xs]


# ---------------------------------------------------------------- other right ways


@rewriting("accumulate_then_reset")
def reset_by_formula(x):
    return [2 * x, 2 * x + 3 * x * x, 3 * x * x]


@rewriting("gradients_without_leak")
def leak_free_in_one_pass(f, xs):
    leaves = [x.detach().requires_grad_() for x in xs]
    with torch.enable_grad():
        sum(f(x) for x in leaves).backward()
    return tuple(x.grad for x in leaves)


@rewriting("gradients_without_leak")
def leak_free_one_leaf(f, xs):
    leaf, found = torch.zeros_like(xs[0], requires_grad=True), []
    for x in xs:
        leaf.data.copy_(x.data)
        leaf.grad = None
        f(leaf).backward()
        found.append(leaf.grad.item())
    return found
