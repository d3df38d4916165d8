/**
 * The update rules as PyTorch 2.13 documents them (torch.optim.SGD, Adam, AdamW, RMSprop), number
 * by number: what the tests of src/optim compare with. Each gives the function of one parameter:
 * gradient, rate → its next value.
 */
export type Formula = (p: number) => (g: number, rate: number) => number;

export interface Given {
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  readonly betas: readonly [number, number];
  readonly eps: number;
  readonly decay: number;
  readonly centered: boolean;
}

export const formulas = {
  sgd:
    ({ momentum, dampening, nesterov, weightDecay }: Given): Formula =>
    (p) => {
      let buffer: number | undefined;
      return (gradient, rate) => {
        let g = gradient + weightDecay * p;
        if (momentum !== 0) {
          buffer = buffer === undefined ? g : momentum * buffer + (1 - dampening) * g;
          g = nesterov ? g + momentum * buffer : buffer;
        }
        return (p -= rate * g);
      };
    },

  adam:
    ({ betas: [b1, b2], eps, weightDecay }: Given): Formula =>
    (p) => {
      let [m, v, t] = [0, 0, 0];
      return (gradient, rate) => {
        t++;
        const g = gradient + weightDecay * p;
        m = b1 * m + (1 - b1) * g;
        v = b2 * v + (1 - b2) * g * g;
        return (p -= (rate * (m / (1 - b1 ** t))) / (Math.sqrt(v / (1 - b2 ** t)) + eps));
      };
    },

  adamW:
    ({ betas: [b1, b2], eps, weightDecay }: Given): Formula =>
    (p) => {
      let [m, v, t] = [0, 0, 0];
      return (g, rate) => {
        t++;
        p -= rate * weightDecay * p;
        m = b1 * m + (1 - b1) * g;
        v = b2 * v + (1 - b2) * g * g;
        return (p -= (rate * (m / (1 - b1 ** t))) / (Math.sqrt(v / (1 - b2 ** t)) + eps));
      };
    },

  rmsProp:
    ({ decay, eps, momentum, centered, weightDecay }: Given): Formula =>
    (p) => {
      let [v, mean, b] = [0, 0, 0];
      return (gradient, rate) => {
        const g = gradient + weightDecay * p;
        v = decay * v + (1 - decay) * g * g;
        let size = v;
        if (centered) {
          mean = decay * mean + (1 - decay) * g;
          size = Math.max(0, v - mean * mean);
        }
        b = momentum * b + g / (Math.sqrt(size) + eps);
        return (p -= rate * b);
      };
    },
};
