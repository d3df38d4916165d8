/**
 * A program in Python that computes graphs with PyTorch. It reads cases as lines of JSON: a graph
 * as `toData` returns it, whose outputs are the results and then the inputs, with one cotangent for
 * each result and one tangent for each input. For each it writes a line with the results, the
 * gradients, the derivatives of the results along the tangents, and those of the gradients. Arrays
 * travel as base64 of float64. The first line that it writes is PyTorch's version.
 * A case that fails is answered by its error.
 */
export const interpreter = String.raw`
import array, base64, json, sys
import torch

def numbers(text, shape):
    a = array.array('d'); a.frombytes(base64.b64decode(text))
    return torch.tensor(a.tolist(), dtype=torch.float64).reshape(shape)

def text(t):
    # A derivative that is zero everywhere may be a tensor without elements in memory; the sum has some.
    t = torch.zeros(t.shape, dtype=torch.float64) + t.detach()
    return base64.b64encode(array.array('d', t.flatten().tolist()).tobytes()).decode()

def truth(f):
    return lambda *xs: f(*xs).to(torch.float64)

class Undefined(Exception):
    """A derivative by an exponent whose base is negative does not exist among real numbers."""

def power(a, b):
    """a to the b. Where b = 0, PyTorch 1.13 loses the derivative by b of that by a, so an exponential is used."""
    if b.requires_grad and (a < 0).any():
        raise Undefined()
    chosen = (b == 0) & (a > 0)
    return torch.where(chosen, torch.exp(b * torch.log(torch.where(chosen, a, 1.0))), torch.pow(a, b))

elementwise = {
    'neg': torch.neg, 'abs': torch.abs, 'sign': torch.sign, 'exp': torch.exp, 'expm1': torch.expm1, 'log': torch.log,
    'log1p': torch.log1p, 'sqrt': torch.sqrt, 'rsqrt': torch.rsqrt, 'square': torch.square,
    'reciprocal': torch.reciprocal, 'sin': torch.sin, 'cos': torch.cos, 'tan': torch.tan, 'asin': torch.asin,
    'acos': torch.acos, 'atan': torch.atan, 'sinh': torch.sinh, 'cosh': torch.cosh, 'tanh': torch.tanh,
    'asinh': torch.asinh, 'acosh': torch.acosh, 'atanh': torch.atanh, 'sigmoid': torch.sigmoid,
    'bell': lambda x: torch.sigmoid(x) * torch.sigmoid(-x),
    'logSigmoid': torch.nn.functional.logsigmoid,
    'softplus': lambda x: -torch.nn.functional.logsigmoid(-x),
    'relu': torch.relu, 'erf': torch.erf, 'gaussian': lambda x: torch.exp(-x * x / 2),
    'normalCdf': torch.special.ndtr, 'floor': torch.floor, 'ceil': torch.ceil, 'round': torch.round,
    'isNaN': truth(torch.isnan), 'isFinite': truth(torch.isfinite), 'not': truth(lambda x: x == 0),
    'add': torch.add, 'sub': torch.sub, 'mul': torch.mul, 'div': torch.div, 'pow': power, 'mod': torch.remainder,
    'atan2': torch.atan2, 'hypot': torch.hypot, 'maximum': torch.maximum, 'minimum': torch.minimum,
    'equal': truth(torch.eq), 'notEqual': truth(torch.ne), 'less': truth(torch.lt), 'lessEqual': truth(torch.le),
    'greater': truth(torch.gt), 'greaterEqual': truth(torch.ge),
    'and': truth(lambda a, b: (a != 0) & (b != 0)), 'or': truth(lambda a, b: (a != 0) | (b != 0)),
    'where': lambda c, a, b: torch.where(c != 0, a, b), 'clip': torch.clamp,
}

def reduce(x, kind, axes):
    if not axes:
        return x
    if kind == 'sum':
        return x.sum(axes, keepdim=True)
    if kind == 'prod':
        for axis in axes:
            x = x.prod(axis, keepdim=True)
        return x
    return (x.amax if kind == 'max' else x.amin)(axes, keepdim=True)

def contract(a, b, batch, rows, columns, inner):
    names = 'abcdefghijklmnopqrstuvwxyz'
    at = [0]
    def take(n):
        at[0] += n
        return names[at[0] - n:at[0]]
    B, R, C, I = take(batch), take(rows), take(columns), take(inner)
    return torch.einsum(B + R + I + ',' + B + C + I + '->' + B + R + C, a, b)

def window(x, axis, size, stride, dilation, shape):
    steps = torch.arange(shape[axis]).unsqueeze(1) * stride + torch.arange(size) * dilation
    picked = x.index_select(axis, steps.flatten())
    parts = picked.reshape(list(x.shape[:axis]) + [shape[axis], size] + list(x.shape[axis + 1:]))
    return parts.movedim(axis + 1, -1)

def pad(x, before, shape):
    if x.numel() == 0:
        return torch.zeros(shape, dtype=torch.float64) + x.sum()
    sizes = []
    for d in reversed(range(x.dim())):
        sizes += [before[d], shape[d] - before[d] - x.shape[d]]
    return torch.nn.functional.pad(x, sizes)

def shrink(x, start, shape):
    for d in range(x.dim()):
        x = x.narrow(d, start[d], shape[d])
    return x

def evaluate(node, xs):
    op, shape, attrs = node['op'], node['shape'], node['attrs']
    if op in ('leaf', 'constant'): return numbers(node['data'], shape)
    if op == 'iota': return torch.arange(shape[0], dtype=torch.float64)
    x = xs[0]
    if op == 'elementwise': return elementwise[attrs['name']](*xs)
    if op == 'reshape': return x.reshape(shape)
    if op == 'permute': return x.permute(attrs['order']) if shape else x
    if op == 'expand': return x.expand(shape)
    if op == 'pad': return pad(x, attrs['before'], shape)
    if op == 'shrink': return shrink(x, attrs['start'], shape)
    if op == 'flip': return x.flip(attrs['axes'])
    if op == 'window': return window(x, attrs['axis'], attrs['size'], attrs['stride'], attrs['dilation'], shape)
    if op == 'concat': return torch.cat(xs, attrs['axis'])
    if op == 'reduce': return reduce(x, attrs['kind'], attrs['axes'])
    if op == 'contract': return contract(*xs, **attrs)
    if op == 'gather': return torch.gather(x, attrs['axis'], xs[1].detach().long())
    if op == 'fanOut': return x.expand(shape)
    if op == 'stopGradient': return x.detach()
    # An operation with a rule of its own equals its first input.
    if op in ('argument', 'barrier', 'custom'): return x
    raise ValueError(op)

def derivatives(ys, xs, cotangents, graph=True):
    parts = [(y * c).sum() for y, c in zip(ys, cotangents) if y.requires_grad]
    if not parts:
        return [torch.zeros_like(x) for x in xs]
    found = torch.autograd.grad(sum(parts), xs, create_graph=graph, allow_unused=True)
    return [torch.zeros_like(x) if g is None else g for g, x in zip(found, xs)]

def along(ys, xs, tangents):
    """The derivatives of ys along the tangents: those of the gradient, which is linear in its cotangent."""
    us = [torch.zeros_like(y, requires_grad=True) for y in ys]
    pulled = derivatives(ys, xs, us)
    return derivatives(pulled, us, tangents)

def answer(case):
    graph = case['graph']
    count = len(case['cotangents'])
    inputs = graph['outputs'][count:]
    made = []
    for place, node in enumerate(graph['nodes']):
        made.append(evaluate(node, [made[i] for i in node['inputs']]))
        if place in inputs:
            made[place].requires_grad_()
    ys, xs = [made[i] for i in graph['outputs'][:count]], [made[i] for i in inputs]
    cotangents = [numbers(c, y.shape) for c, y in zip(case['cotangents'], ys)]
    tangents = [numbers(t, x.shape) for t, x in zip(case['tangents'], xs)]
    gradients = derivatives(ys, xs, cotangents)
    told = {'value': ys, 'grad': gradients, 'jvp': along(ys, xs, tangents), 'hvp': derivatives(gradients, xs, tangents)}
    return {name: [text(t) for t in list] for name, list in told.items()}

print(json.dumps(torch.__version__), flush=True)
for line in sys.stdin:
    try:
        told = answer(json.loads(line))
    except Undefined:
        told = None
    except Exception as error:
        told = {'error': f'{type(error).__name__}: {error}'}
    print(json.dumps(told), flush=True)
`;
