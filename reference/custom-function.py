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
    if not value.requires_grad:
        reached = "none"
    elif not found:
        reached = "that of something else"
    else:
        # Whether it is right is another check's matter.
        (own,) = torch.autograd.grad(student.Cube.apply(x), x, v, allow_unused=True)
        (got,) = torch.autograd.grad(value, x, v, allow_unused=True)
        same = got is own or (None not in (got, own) and torch.allclose(got, own.to(got), 1e-2))
        reached = "that of Cube" if same else "another one"
    return {"value": value, "gradient through Cube": reached}


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
    both = torch.autograd.grad(student.ScaledTanh.apply(x, a), (x, a), v, allow_unused=True)
    value = student.ScaledTanh.apply(x.detach(), a)
    (alone,) = (
        torch.autograd.grad(value, a, v, allow_unused=True) if value.requires_grad else [None]
    )
    if alone is None:
        return {"gradient for a": "none"}
    return {"gradient for a": "none beside that for x" if both[1] is None else [both[1], alone]}


@probe
def tanh_function(student, x, a, v):
    value = student.scaled_tanh(x.requires_grad_(), a.requires_grad_())
    found, nodes = False, [value.grad_fn]
    while nodes and len(nodes) < 100:
        node = nodes.pop()
        if node is not None:
            found = found or getattr(type(node), "_forward_cls", None) is student.ScaledTanh
            nodes += [parent for parent, _ in node.next_functions]
    if not value.requires_grad:
        reached = "none"
    elif not found:
        reached = "those of something else"
    else:
        # Whether they are right is another check's matter.
        own = torch.autograd.grad(student.ScaledTanh.apply(x, a), (x, a), v, allow_unused=True)
        got = torch.autograd.grad(value, (x, a), v, allow_unused=True)
        missed = [
            name
            for name, one, other in zip("xa", got, own, strict=True)
            if (one is None) != (other is None)
            or (one is not None and not torch.allclose(one, other.to(one), 1e-2))
        ]
        reached = f"not that for {' and '.join(missed)}" if missed else "those of ScaledTanh"
    return {"value": value, "gradients through ScaledTanh": reached}


# ---------------------------------------------------------------- mistakes


@mistake("Cube", "the gradient that arrives is ignored")
class CubeWithoutUpstream(Cube):
    """Your backward returns the local derivative alone. Multiply it by the gradient that
    arrives."""

    @staticmethod
    def backward(ctx, upstream):
        return Cube.backward(ctx, torch.ones_like(upstream))


@mistake("Cube", "the factor 3 is lost")
class CubeWithoutFactor(Cube):
    """Your gradient is a third of what it should be. x³ is a product of three factors, and it
    changes with x through each of them."""

    @staticmethod
    def backward(ctx, upstream):
        return Cube.backward(ctx, upstream) / 3


@mistake("Cube", "the value instead of the derivative")
class CubeOfCube(Cube):
    """Your backward multiplies by x³ itself. It should multiply by how fast x³ changes with x."""

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return upstream * x**3


@mistake("Cube", "the gradient cannot be differentiated again")
class CubeDetached(Cube):
    """The gradient is right, but backward leaves the graph on the way, so that it has no gradient
    of its own. Keep tensors with `ctx.save_for_backward`, and compute with them alone."""

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
    """The gradient is right, but its own gradient does not lead back to x: what `forward` computes,
    and what is detached, has no graph. Save x itself, and let `backward` compute with it."""

    @staticmethod
    def forward(ctx, x):
        ctx.x = x.detach()
        return x**3

    @staticmethod
    def backward(ctx, upstream):
        return 3 * ctx.x**2 * upstream


@mistake("Cube", "the gradient that arrives counts twice")
class CubeUpstreamTwice(Cube):
    """Your backward multiplies by the gradient that arrives more than once."""

    @staticmethod
    def backward(ctx, upstream):
        return Cube.backward(ctx, upstream * upstream)


@mistake("Cube", "the gradient that arrives is added up")
class CubeUpstreamSummed(Cube):
    """You add up the gradient that arrives. Every entry of x³ depends on one entry of x alone, so
    each takes just its own part."""

    @staticmethod
    def backward(ctx, upstream):
        return Cube.backward(ctx, upstream.sum().expand_as(upstream))


@mistake("Cube", "the derivative is taken at x³")
class CubeAtOutput(torch.autograd.Function):
    """The formula of the derivative is right, but you put in the result, not x. What did you
    save?"""

    @staticmethod
    def forward(ctx, x):
        value = x**3
        ctx.save_for_backward(value)
        return value

    backward = Cube.backward


@mistake("Cube", "a power of x is missing in the derivative")
class CubeOfLine(Cube):
    """Your backward multiplies by 3x. Differentiating takes one from the exponent, not two."""

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return 3 * x * upstream


@mistake("cube", "x is cut off before Cube")
def cube_cut(x):
    """The value is right, but no gradient leads back to x. `detach`, `.data`, `.item()` and
    `no_grad` cut the graph: hand x over as it is."""
    return Cube.apply(x.detach())


@mistake("cube", "cube goes past Cube")
def cube_directly(x):
    """The value is right, but your own class had no part in it."""
    return x**3


@mistake("ScaledTanh", "the gradient that arrives is ignored")
class TanhWithoutUpstream(ScaledTanh):
    """Your backward returns a local derivative alone. Multiply it by the gradient that
    arrives."""

    @staticmethod
    def backward(ctx, upstream):
        return ScaledTanh.backward(ctx, torch.ones_like(upstream))


@mistake("ScaledTanh", "the factor a is missing in the gradient for x")
class TanhWithoutScale(ScaledTanh):
    """tanh(x) is multiplied by a, so its change with x is too."""

    @staticmethod
    def backward(ctx, upstream):
        x, _ = ctx.saved_tensors
        return upstream * (1 - torch.tanh(x) ** 2), (upstream * torch.tanh(x)).sum()


@mistake("ScaledTanh", "the derivative of tanh is taken at a·tanh(x)")
class TanhOfScaled(ScaledTanh):
    """The derivative of tanh is a formula in tanh(x); you put in the result, which is a times
    that."""

    @staticmethod
    def backward(ctx, upstream):
        x, a = ctx.saved_tensors
        level = a * torch.tanh(x)
        return upstream * a * (1 - level**2), (upstream * torch.tanh(x)).sum()


@mistake("ScaledTanh", "the gradient for a is averaged")
class TanhMean(ScaledTanh):
    """Every element contributes to the gradient for a; you take the mean of what they
    contribute."""

    @staticmethod
    def backward(ctx, upstream):
        for_x, for_a = ScaledTanh.backward(ctx, upstream)
        return for_x, for_a / upstream.numel()


@mistake("ScaledTanh", "the scale stands inside the tanh")
class TanhScaledInside(torch.autograd.Function):
    """You compute tanh(a·x). In a·tanh(x) the factor comes after the tanh."""

    @staticmethod
    def forward(ctx, x, a):
        ctx.save_for_backward(x, a)
        return torch.tanh(a * x)

    @staticmethod
    def backward(ctx, upstream):
        x, a = ctx.saved_tensors
        local = upstream * (1 - torch.tanh(a * x) ** 2)
        return local * a, (local * x).sum()


@mistake("ScaledTanh", "a square is missing in the derivative of tanh")
class TanhWithoutSquare(ScaledTanh):
    """You take 1 − tanh(x) for the derivative of tanh(x). Look the formula up once more: at
    x = 0 both give 1, elsewhere they part."""

    @staticmethod
    def backward(ctx, upstream):
        x, a = ctx.saved_tensors
        level = torch.tanh(x)
        return upstream * a * (1 - level), (upstream * level).sum()


@mistake("ScaledTanh", "the derivative of tanh is a formula in tanh(x), not in x")
class TanhOfInput(ScaledTanh):
    """You put x where the formula of the derivative has tanh(x)."""

    @staticmethod
    def backward(ctx, upstream):
        x, a = ctx.saved_tensors
        return upstream * a * (1 - x**2), (upstream * torch.tanh(x)).sum()


@mistake("ScaledTanh", "the gradient for a is made from the derivative of tanh")
class TanhSlopeForA(ScaledTanh):
    """a is a factor. Only the gradient for x needs the derivative of tanh; how fast a·tanh(x)
    changes with a is simpler."""

    @staticmethod
    def backward(ctx, upstream):
        x, _ = ctx.saved_tensors
        for_x, _ = ScaledTanh.backward(ctx, upstream)
        return for_x, (upstream * (1 - torch.tanh(x) ** 2)).sum()


@mistake("ScaledTanh", "the gradient for a is made from the result")
class TanhResultForA(ScaledTanh):
    """You multiply by a·tanh(x) itself. It should be how fast that changes with a."""

    @staticmethod
    def backward(ctx, upstream):
        _, a = ctx.saved_tensors
        for_x, for_a = ScaledTanh.backward(ctx, upstream)
        return for_x, a * for_a


@mistake("ScaledTanh", "no gradient for a")
class TanhForXAlone(ScaledTanh):
    """Your backward returns None for a. One gradient is returned for each argument of `forward`
    that needs one."""

    @staticmethod
    def backward(ctx, upstream):
        return ScaledTanh.backward(ctx, upstream)[0], None


@mistake("ScaledTanh", "the gradient for a comes only where x needs none")
class TanhForEither(ScaledTanh):
    """a gets its gradient only where x needs none. Both may need one in the same call, so neither
    may depend on the other."""

    @staticmethod
    def backward(ctx, upstream):
        for_x, for_a = ScaledTanh.backward(ctx, upstream)
        return for_x, None if ctx.needs_input_grad[0] else for_a


@mistake("scaled_tanh", "the scale a is cut off before ScaledTanh")
def scaled_tanh_of_number(x, a):
    """The value is right, and x gets its gradient, but none leads back to a. `.item()`, `float`,
    `detach` and a new tensor cut the graph: hand a over as it is."""
    return ScaledTanh.apply(x, a.detach())


@mistake("scaled_tanh", "x is cut off before ScaledTanh")
def scaled_tanh_of_detached(x, a):
    """The value is right, and a gets its gradient, but none leads back to x. `detach` and `.data`
    cut the graph: hand x over as it is."""
    return ScaledTanh.apply(x.detach(), a)


@mistake("scaled_tanh", "x and a are cut off before ScaledTanh")
def scaled_tanh_of_values(x, a):
    """The value is right, but no gradient leads back to x or a. `detach`, `.item()` and `no_grad`
    cut the graph: hand both over as they are."""
    return ScaledTanh.apply(x.detach(), a.detach())


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
