/** A run that ends nearer to the front than this has reached it. */
export const near = 0.1;
