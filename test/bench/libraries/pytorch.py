# PyTorch on the workloads. It is asked and answers in lines of JSON, as messages.ts describes;
# arrays are base64 of float32.
import array, base64, json, resource, sys, time
import torch
import torch.nn.functional as F

rate = 0.01

def tensor(given):
    a = array.array('f')
    a.frombytes(base64.b64decode(given['data']))
    return torch.tensor(a.tolist(), dtype=torch.float32).reshape(given['shape'])

def text(t):
    return base64.b64encode(array.array('f', t.detach().flatten().tolist()).tobytes()).decode()

class Ready:
    """A workload that can be called; `state` gives the weights after training steps."""
    def __init__(self, call, state=lambda: []):
        self.call, self.state = call, state

def training(weights, step):
    """step gives a loss and its gradients by the weights."""
    for w in weights:
        w.requires_grad_()
    def call():
        value, gradients = step(*weights)
        with torch.no_grad():
            for w, g in zip(weights, gradients):
                w -= rate * g
        return [torch.tensor(value.item())]
    return Ready(call, lambda: weights)

def of(loss):
    def step(*weights):
        value = loss(*weights)
        return value, torch.autograd.grad(value, weights)
    return step

def derivative(f, x):
    x.requires_grad_()
    def call():
        value = f(x)
        return [value, *torch.autograd.grad(value, x)]
    return Ready(call)

def mlp(x, labels):
    return lambda w1, b1, w2, b2: F.cross_entropy(torch.relu(x @ w1 + b1) @ w2 + b2, labels)

def pool(x):
    return F.max_pool2d(x, 2)

def trunk(x, c1, c2):
    return pool(F.conv2d(pool(torch.relu(F.conv2d(x, c1))), c2).relu()).reshape(x.shape[0], 400)

def merged(g, signed, draw):
    """Algorithm 1 of the paper, of its operations: lanes g, and the gradients times the signs of the features."""
    size = signed.abs().sum(0)
    purity = 0.5 * (1 + signed.sum(0) / torch.where(size == 0, 1.0, size))
    up = purity > draw
    return (g * torch.where(up, signed >= 0, signed <= 0)).sum(0)

def heads(i, variant):
    x, targets, draw = i['x'], i['targets'], i['draw']
    batch = x.shape[0]
    def bce(logits, t):
        return F.binary_cross_entropy_with_logits(logits, t, reduction='sum') / batch
    if variant == 'sum':
        expected = targets[:, :, 0].T
        return training([i['c1'], i['c2'], i['heads']], of(lambda c1, c2, w: bce(trunk(x, c1, c2) @ w[:, :, 0].T, expected)))
    def finish(h, g, c1, c2):
        merge = merged(g, (g * h.detach().sign()).sum(1, keepdim=True), draw)
        return torch.autograd.grad(h, [c1, c2], merge)
    def expanded(c1, c2, w):
        h = trunk(x, c1, c2)
        lanes = h.detach().expand(w.shape[0], *h.shape).requires_grad_()
        value = bce(torch.bmm(lanes, w), targets)
        g, byHeads = torch.autograd.grad(value, [lanes, w])
        return value, [*finish(h, g, c1, c2), byHeads]
    def passes(c1, c2, w):
        h = trunk(x, c1, c2)
        at = h.detach().requires_grad_()
        total, g, byHeads = 0, [], []
        for lane in range(w.shape[0]):
            value = bce(at @ w[lane], targets[lane])
            a, b = torch.autograd.grad(value, [at, w])
            total = total + value.detach()
            g.append(a)
            byHeads.append(b[lane])
        return total, [*finish(h, torch.stack(g), c1, c2), torch.stack(byHeads)]
    return training([i['c1'], i['c2'], i['heads']], passes if variant == 'passes' else expanded)

def convolution(i, _):
    x, labels = i['x'], i['labels'].long()
    def loss(c1, c2, w, b):
        features = pool(torch.relu(F.conv2d(torch.relu(F.conv2d(x, c1)), c2)))
        return F.cross_entropy(features.reshape(32, 2304) @ w + b, labels)
    return training([i['c1'], i['c2'], i['w'], i['b']], of(loss))

def matmul(i, variant):
    a, b = i['a'].T if variant == 'a' else i['a'], i['b'].T if variant == 'b' else i['b']
    return Ready(lambda: [a @ b])

def chain(i, _):
    x = i['x'].requires_grad_()
    def call():
        y = x
        for _ in range(50):
            y = y * x + x
        return list(torch.autograd.grad(y.sum(), x))
    return Ready(call)

def hessianVector(i, _):
    w1, w2 = i['w1'].requires_grad_(), i['w2'].requires_grad_()
    loss = mlp(i['x'], i['labels'].long())
    def call():
        slopes = torch.autograd.grad(loss(w1, i['b1'], w2, i['b2']), [w1, w2], create_graph=True)
        return list(torch.autograd.grad((slopes[0] * i['v1']).sum() + (slopes[1] * i['v2']).sum(), [w1, w2]))
    return Ready(call)

def signDrop(i, _):
    g, h, draw = i['g'], i['h'], i['draw']
    return Ready(lambda: [merged(g, g * h.sign(), draw)])

kinds = {
    'perceptron': lambda i, _: training([i[n] for n in ('w1', 'b1', 'w2', 'b2')], of(mlp(i['x'], i['labels'].long()))),
    'convolution': convolution,
    'matmul': matmul,
    'tanhSum': lambda i, _: derivative(lambda x: (x * x + 1).tanh().sum(), i['x']),
    'crossEntropy': lambda i, _: derivative(lambda x: F.cross_entropy(x, i['labels'].long()), i['x']),
    'chain': chain,
    'heads': heads,
    'hessianVector': hessianVector,
    'signDrop': signDrop,
}

def processor():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

def timed(call, seconds):
    """Samples of several calls each, in milliseconds a call, as Benchmark.js takes them."""
    least = min(0.05, seconds / 10)
    count, calls, wall = 1, 0, []
    began, before = time.perf_counter(), processor()
    while True:
        at = time.perf_counter()
        for _ in range(count):
            call()
        now = time.perf_counter()
        calls += count
        if now - at < least and not wall:
            count = max(count + 1, int(count * 1.2 * least / max(now - at, 1e-6)))
            continue
        wall.append(1000 * (now - at) / count)
        if now - began >= seconds:
            return {'wall': wall, 'cpu': 1000 * (processor() - before) / calls}

def choose(call, seconds, most):
    """Chooses one thread or all, whichever is faster here."""
    least = {}
    for threads in (1, most):
        torch.set_num_threads(threads)
        least[threads] = min(timed(call, seconds)['wall'])
    torch.set_num_threads(min(least, key=least.get))

ready, arrays, threads = None, [], None
print(json.dumps(torch.__version__), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    task, answer = asked['task'], {}
    if task == 'start':
        threads = asked['threads']
        torch.set_num_threads(threads)
        inputs = {name: tensor(given) for name, given in asked['inputs'].items()}
        at = time.perf_counter()
        ready = kinds[asked['kind']](inputs, asked['variant'])
        arrays += ready.call()
        answer = {'first': 1000 * (time.perf_counter() - at)}
    elif task == 'check':
        arrays = [text(t) for t in [*arrays, *ready.call(), *ready.call(), *ready.state()]]
        answer = {'arrays': arrays}
    elif task == 'time':
        if threads is not None:
            choose(ready.call, asked['seconds'], threads)
            threads = None
        answer = timed(ready.call, asked['seconds'])
    elif task == 'tell':
        answer = {'held': {'wasm': 0, 'resident': 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}}
    print(json.dumps(answer), flush=True)
