import type { Files } from './parts.ts';

/** The engine's files in a worker, which have no server to come from. */
export interface EngineFiles {
  /** Adds files that have arrived. */
  add(files: Files): void;
  /** Returns the address of a file. Asks for the file if it has not arrived. */
  addressOf(name: string): Promise<string>;
}

/** What a file calls in place of an `import()` of a file beside it; see build/texts.ts. */
declare global {
  var cotangentFile: (name: string) => Promise<unknown>;
}

/**
 * Makes modules of the engine's files, in a worker without a server. Each gets an address when it
 * is first needed, after the files that it imports, and only one, so that there is one engine.
 * `ask` asks for the files of a name that has not arrived.
 */
export function engineFiles(ask: (name: string) => void): EngineFiles {
  const texts = new Map<string, string>();
  const addresses = new Map<string, string>();
  const waiting = new Map<string, (() => void)[]>();

  const arrival = (name: string): Promise<void> | undefined => {
    if (texts.has(name)) return undefined;
    if (!waiting.has(name)) ask(name);
    return new Promise((resolve) => waiting.set(name, [...(waiting.get(name) ?? []), resolve]));
  };

  async function addressOf(name: string): Promise<string> {
    await arrival(name);
    const text = texts.get(name)!;
    const imported = [...text.matchAll(/\bfrom"\.\/([\w-]+)\.js"/g)].map((match) => match[1]!);
    for (const other of imported) await addressOf(other);
    // Two requests for one file meet here, after what they awaited.
    const known = addresses.get(name);
    if (known !== undefined) return known;
    const linked = text.replaceAll(/\bfrom"\.\/([\w-]+)\.js"/g, (_, other: string) => `from"${addresses.get(other)!}"`);
    const address = URL.createObjectURL(
      new Blob([linked, `\n//# sourceURL=cotangent/${name}.js`], { type: 'text/javascript' }),
    );
    addresses.set(name, address);
    return address;
  }

  globalThis.cotangentFile = async (name) => import(/* @vite-ignore */ await addressOf(name)) as Promise<unknown>;
  return {
    add: (files) => {
      for (const [name, text] of Object.entries(files)) {
        texts.set(name, text);
        waiting.get(name)?.forEach((resolve) => resolve());
        waiting.delete(name);
      }
    },
    addressOf,
  };
}
