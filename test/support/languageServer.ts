import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './sources.ts';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Place {
  readonly line: number;
  readonly character: number;
}

/** A definition: the file it lies in, and the place of its name. */
export interface Definition {
  readonly uri: string;
  readonly range: { readonly start: Place };
}

/** The questions of an editor to TypeScript's language server about one file. */
export interface OpenFile {
  /** Returns the text that is shown on hover. */
  hover(at: Place): Promise<string>;
  definitions(at: Place): Promise<readonly Definition[]>;
  close(): void;
}

/**
 * Opens a file with this text, which need not exist, in TypeScript's language server, as an editor
 * does.
 */
export async function openFile(path: string, text: string): Promise<OpenFile> {
  const server = spawn(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--lsp', '--stdio'], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  const send = (message: object): void => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  let bytes = Buffer.alloc(0);
  server.stdout.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      const head = /^Content-Length: (\d+)\r\n(?:[^\r]+\r\n)*\r\n/.exec(bytes.toString('latin1'));
      if (!head || bytes.length < head[0].length + Number(head[1])) return;
      const end = head[0].length + Number(head[1]);
      receive(JSON.parse(bytes.subarray(head[0].length, end).toString()) as Message);
      bytes = bytes.subarray(end);
    }
  });
  function receive({ id, method, result, error }: Message): void {
    if (id === undefined) return;
    // The server also asks the editor for settings, and works without them.
    if (method !== undefined) return send({ id, result: null });
    const { resolve, reject } = waiting.get(id)!;
    waiting.delete(id);
    if (error) reject(new Error(`languageServer: ${error.message}`));
    else resolve(result);
  }
  let next = 0;
  const ask = <T>(method: string, params: object): Promise<T> =>
    new Promise((resolve, reject) => {
      const id = next++;
      waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      send({ id, method, params });
    });
  server.on('exit', () => waiting.forEach(({ reject }) => reject(new Error('languageServer: the server ended'))));

  const uri = pathToFileURL(path).href;
  const rootUri = pathToFileURL(root).href;
  await ask('initialize', {
    processId: process.pid,
    rootUri,
    workspaceFolders: [{ uri: rootUri, name: 'cotangent' }],
    capabilities: { textDocument: { hover: { contentFormat: ['markdown'] } } },
  });
  send({ method: 'initialized', params: {} });
  send({
    method: 'textDocument/didOpen',
    params: { textDocument: { uri, languageId: 'typescript', version: 1, text } },
  });
  return {
    async hover(position) {
      const found = await ask<{ contents: { value: string } } | null>('textDocument/hover', {
        textDocument: { uri },
        position,
      });
      return found?.contents.value ?? '';
    },
    async definitions(position) {
      const found = await ask<Definition | readonly Definition[] | null>('textDocument/definition', {
        textDocument: { uri },
        position,
      });
      return found === null ? [] : Array.isArray(found) ? found : [found as Definition];
    },
    close: () => void server.kill(),
  };
}
