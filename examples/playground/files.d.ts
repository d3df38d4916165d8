declare module '*.css';

/** The text of a file. */
declare module '*?raw' {
  const text: string;
  // oxlint-disable-next-line import/no-default-export
  export default text;
}

/** A worker whose text is part of the page, so that a page of one file has it too. */
declare module '*?worker&inline' {
  // oxlint-disable-next-line import/no-default-export
  export default class extends Worker {
    constructor();
  }
}
