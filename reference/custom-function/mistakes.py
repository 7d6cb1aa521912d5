"""What goes wrong."""

import torch

from grader.authoring import mistake

from .functions import Cube, ScaledTanh


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
