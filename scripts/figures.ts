// Writes the figures of docs/propositions.md. A test compares them with those that the program
// draws.
import { writeFigures } from '../examples/verify/figures.ts';

await writeFigures('docs');
