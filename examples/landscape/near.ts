/** A run that ends closer to the front than this has reached it. */
export const near = 0.1;
