export * from './browser.ts';
export { load, save } from './checkpoint/save.ts';
export { readCelebA, type CelebAOptions } from './read/readCelebA.ts';
export { readCifar10, readCifar100 } from './read/readCifar.ts';
export { readCsv, readIdx, readNpy, readNpz } from './read/readFile.ts';
export { readMnist } from './read/readMnist.ts';
