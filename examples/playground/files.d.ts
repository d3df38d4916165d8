declare module '*.css';

/** The text of a file. */
declare module '*?raw' {
  const text: string;
  // oxlint-disable-next-line import/no-default-export
  export default text;
}

/** The files of a part of the engine; see build/texts.ts. */
declare module 'virtual:engine/*' {
  const files: Readonly<Record<string, string>>;
  // oxlint-disable-next-line import/no-default-export
  export default files;
}

/** How the library reads and computes arithmetic; see build/texts.ts. */
declare module 'virtual:arithmetic' {
  interface Expr {
    readonly kind: string;
  }
  export const parseScalar: (f: () => number) => Expr;
  export const evaluate: (expression: Expr, params: readonly number[]) => number;
}

/** A script of the folder `run`. */
declare module 'virtual:script/*' {
  const text: string;
  // oxlint-disable-next-line import/no-default-export
  export default text;
}

/** True in the page that is one file. */
declare const __SINGLE__: boolean;

/** A worker whose text is part of the page, so that a page of one file has it too. */
declare module '*?worker&inline' {
  // oxlint-disable-next-line import/no-default-export
  export default class extends Worker {
    constructor();
  }
}

/** The address of the worker of the editor's types; see build/types.ts. */
declare module 'virtual:types' {
  const address: string;
  // oxlint-disable-next-line import/no-default-export
  export default address;
}

/** The declarations of cotangent and of the language; see build/declarations.ts. */
declare module 'virtual:declarations' {
  const declarations: {
    readonly files: Readonly<Record<string, string>>;
    /** The file of each module that a program may import. */
    readonly entries: Readonly<Record<string, string>>;
    readonly libs: readonly string[];
  };
  // oxlint-disable-next-line import/no-default-export
  export default declarations;
}
