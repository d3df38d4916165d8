/**
 * What one runtime does with one device: it runs, it is refused with a reason, or it gives
 * something wrong.
 */
export type Cell = { readonly runs: true } | { readonly refused: string } | { readonly wrong: string };

/** A row of the table, by the names of its columns. */
export type Cells = Readonly<Record<string, Cell>>;
