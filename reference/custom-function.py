"""Custom autograd functions: the cube and the scaled tanh, and what goes wrong."""

import torch

from grader.authoring import mistake, probe, rewriting


class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * upstream


def cube(x):
    return Cube.apply(x)


class ScaledTanh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, a):
        ctx.save_for_backward(x, a)
        return a * torch.tanh(x)

    @staticmethod
    def backward(ctx, upstream):
        x, a = ctx.saved_tensors
        level = torch.tanh(x)
        return upstream * a * (1 - level**2), (upstream * level).sum()


def scaled_tanh(x, a):
    return ScaledTanh.apply(x, a)


# ---------------------------------------------------------------- probes


@probe
def cube_forward(student, x):
    before = x.clone()
    value = student.Cube.apply(x)
    return {"x³": value if torch.equal(x, before) else "x has been changed"}


@probe
def cube_backward(student, x, v, u):
    first, second = x.requires_grad_(), v.clone().requires_grad_()
    one, other = student.Cube.apply(first), student.Cube.apply(second)
    # Both graphs are alive when the older one is used, with gradients that are not 1.
    (at_first,) = torch.autograd.grad(one, first, u, retain_graph=True)
    (at_second,) = torch.autograd.grad(other, second, u)
    (again,) = torch.autograd.grad(2 * one, first, u)
    return {"gradient": torch.stack([at_first, at_second, again])}


@probe
def cube_twice(student, x, v, u):
    x.requires_grad_(), v.requires_grad_()
    (slope,) = torch.autograd.grad(student.Cube.apply(x), x, v, create_graph=True)
    if not slope.requires_grad:
        return {"second derivative": None, "derivative for the gradient that arrives": None}
    for_x, for_v = torch.autograd.grad(slope, (x, v), u, allow_unused=True)
    return {"second derivative": for_x, "derivative for the gradient that arrives": for_v}


@probe
def cube_function(student, x, v):
    value = student.cube(x.requires_grad_())
    found, nodes = False, [value.grad_fn]
    while nodes and len(nodes) < 100:
        node = nodes.pop()
        if node is not None:
            found = found or getattr(type(node), "_forward_cls", None) is student.Cube
            nodes += [parent for parent, _ in node.next_functions]
    slope = torch.autograd.grad(value, x, v)[0] if found else "a value that Cube did not compute"
    return {"value": value, "gradient through Cube": slope}


@probe
def tanh_forward(student, x, a):
    before = x.clone()
    value = student.ScaledTanh.apply(x, a)
    return {"a·tanh(x)": value if torch.equal(x, before) else "x has been changed"}


@probe
def tanh_for_x(student, x, a, v, u):
    first, second = x.requires_grad_(), v.clone().requires_grad_()
    one, other = student.ScaledTanh.apply(first, a), student.ScaledTanh.apply(second, 2 * a)
    (at_first,) = torch.autograd.grad(one, first, u)
    (at_second,) = torch.autograd.grad(other, second, u)
    return {"gradient for x": torch.stack([at_first, at_second])}


@probe
def tanh_for_a(student, x, a, v):
    x.requires_grad_(), a.requires_grad_()
    _, with_x = torch.autograd.grad(student.ScaledTanh.apply(x, a), (x, a), v)
    (alone,) = torch.autograd.grad(student.ScaledTanh.apply(x.detach(), a), a, v)
    return {"gradient for a": [with_x, alone]}


@probe
def tanh_function(student, x, a, v):
    value = student.scaled_tanh(x.requires_grad_(), a.requires_grad_())
    found, nodes = False, [value.grad_fn]
    while nodes and len(nodes) < 100:
        node = nodes.pop()
        if node is not None:
            found = found or getattr(type(node), "_forward_cls", None) is student.ScaledTanh
            nodes += [parent for parent, _ in node.next_functions]
    slope = torch.autograd.grad(value, x, v)[0] if found else "a value ScaledTanh did not compute"
    return {"value": value, "gradient through ScaledTanh": slope}


# ---------------------------------------------------------------- mistakes


@mistake("Cube", "the gradient that arrives is ignored")
class CubeWithoutUpstream(torch.autograd.Function):
    """Your backward returns the local derivative alone. Multiply it by the gradient that
    arrives."""

    forward = Cube.forward

    @staticmethod
    def backward(ctx, upstream):
        return Cube.backward(ctx, torch.ones_like(upstream))


@mistake("Cube", "the factor 3 is lost")
class CubeWithoutFactor(torch.autograd.Function):
    """The power comes down as a factor when you differentiate; yours is lost."""

    forward = Cube.forward

    @staticmethod
    def backward(ctx, upstream):
        return Cube.backward(ctx, upstream) / 3


@mistake("Cube", "the value instead of the derivative")
class CubeOfCube(torch.autograd.Function):
    """Your backward multiplies by x³ itself. It should multiply by how fast x³ changes with x."""

    forward = Cube.forward

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return upstream * x**3


@mistake("Cube", "the gradient cannot be differentiated again")
class CubeDetached(torch.autograd.Function):
    """The gradient is right, but backward leaves the graph on the way, so that it has no gradient
    of its own. Keep tensors with `ctx.save_for_backward`, and compute with them alone."""

    forward = Cube.forward

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, upstream):
        return Cube.backward(ctx, upstream).detach()


@mistake("Cube", "one place for the x of every graph")
class CubeOnClass(torch.autograd.Function):
    """x is kept on the class (or in a global), so a second call overwrites it. `ctx` belongs to
    one call."""

    @staticmethod
    def forward(ctx, x):
        CubeOnClass.x = x
        return x**3

    @staticmethod
    def backward(ctx, upstream):
        return 3 * CubeOnClass.x**2 * upstream


@mistake("Cube", "the gradient no longer depends on x")
class CubeOfDetached(torch.autograd.Function):
    """The gradient is right, but differentiated once more it does not depend on x: there x is cut
    off from the graph. Keep x with `ctx.save_for_backward`, and compute with it as it is."""

    @staticmethod
    def forward(ctx, x):
        ctx.x = x.detach()
        return x**3

    @staticmethod
    def backward(ctx, upstream):
        return 3 * ctx.x**2 * upstream


@mistake("cube", "cube goes past Cube")
def cube_directly(x):
    """The value is right, but your own class had no part in it."""
    return x**3


@mistake("ScaledTanh", "the gradient that arrives is ignored")
class TanhWithoutUpstream(torch.autograd.Function):
    """Your backward returns the local derivatives alone. Multiply them by the gradient that
    arrives."""

    forward = ScaledTanh.forward

    @staticmethod
    def backward(ctx, upstream):
        return ScaledTanh.backward(ctx, torch.ones_like(upstream))


@mistake("ScaledTanh", "the factor a is missing in the gradient for x")
class TanhWithoutScale(torch.autograd.Function):
    """tanh(x) is multiplied by a, so its change with x is too."""

    forward = ScaledTanh.forward

    @staticmethod
    def backward(ctx, upstream):
        x, _ = ctx.saved_tensors
        return upstream * (1 - torch.tanh(x) ** 2), (upstream * torch.tanh(x)).sum()


@mistake("ScaledTanh", "the derivative of tanh is taken at a·tanh(x)")
class TanhOfScaled(torch.autograd.Function):
    """The derivative of tanh is a formula in tanh(x); you put in the result, which is a times
    that."""

    forward = ScaledTanh.forward

    @staticmethod
    def backward(ctx, upstream):
        x, a = ctx.saved_tensors
        level = a * torch.tanh(x)
        return upstream * a * (1 - level**2), (upstream * torch.tanh(x)).sum()


@mistake("ScaledTanh", "the gradient for a is averaged")
class TanhMean(torch.autograd.Function):
    """Every element contributes to the gradient for a; you take the mean of what they
    contribute."""

    forward = ScaledTanh.forward

    @staticmethod
    def backward(ctx, upstream):
        for_x, for_a = ScaledTanh.backward(ctx, upstream)
        return for_x, for_a / upstream.numel()


@mistake("scaled_tanh", "scaled_tanh goes past ScaledTanh")
def scaled_tanh_directly(x, a):
    """The value is right, but your own class had no part in it."""
    return a * torch.tanh(x)


# ---------------------------------------------------------------- other right ways


@rewriting("Cube")
class CubeByAutograd(torch.autograd.Function):
    @staticmethod
    def forward(x):
        return x * x * x

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        again = torch.is_grad_enabled()
        with torch.enable_grad():
            at = x if x.requires_grad else x.detach().requires_grad_()
            return torch.autograd.grad(at**3, at, upstream, create_graph=again)[0]


@rewriting("ScaledTanh")
class TanhByAutograd(torch.autograd.Function):
    forward = ScaledTanh.forward

    @staticmethod
    def backward(ctx, upstream):
        x, a = (t.detach().requires_grad_() for t in ctx.saved_tensors)
        with torch.enable_grad():
            return torch.autograd.grad(a * torch.tanh(x), (x, a), upstream)


@rewriting("ScaledTanh")
class TanhUnsummed(torch.autograd.Function):
    """Autograd itself adds up what a backward returns, down to the shape of the input."""

    forward = ScaledTanh.forward

    @staticmethod
    def backward(ctx, upstream):
        x, a = ctx.saved_tensors
        level = torch.tanh(x)
        return upstream * a * (1 - level**2), upstream * level
