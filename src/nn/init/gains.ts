/**
 * The factors that keep a layer's variance behind an activation, as PyTorch's `calculate_gain` has
 * them.
 */
export const gains = { linear: 1, sigmoid: 1, tanh: 5 / 3, relu: Math.SQRT2, selu: 3 / 4 } as const;
