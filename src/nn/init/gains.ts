/**
 * Factors of initialisers' standard deviations, for the option `gain`. With them, a layer followed
 * by the named activation preserves the variance (PyTorch's `calculate_gain`).
 */
export const gains = { linear: 1, sigmoid: 1, tanh: 5 / 3, relu: Math.SQRT2, selu: 3 / 4 } as const;
