// The worker of the editor's types: TypeScript with the declarations of cotangent and of the
// language, all in memory.
import { createSystem, createVirtualTypeScriptEnvironment } from '@typescript/vfs';
import ts from '@typescript/typescript6';
import { createWorker } from '@valtown/codemirror-ts/worker';
import declarations from 'virtual:declarations';

const methods = createWorker(() => {
  const paths = Object.fromEntries(Object.entries(declarations.entries).map(([name, file]) => [name, [file]]));
  const system = createSystem(new Map(Object.entries(declarations.files)));
  return createVirtualTypeScriptEnvironment(system, ['/environment.d.ts'], ts as never, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    lib: [...declarations.libs],
    paths,
    strict: true,
    skipLibCheck: true,
    types: [],
  });
});

/** A call from the page: the name of a method, and its argument. */
export interface Call {
  readonly id: number;
  readonly method: 'initialize' | 'updateFile' | 'getLints' | 'getAutocompletion' | 'getHover';
  readonly argument: never;
}

self.addEventListener('message', ({ data: { id, method, argument } }: MessageEvent<Call>) => {
  const answer = async (): Promise<unknown> => methods[method](argument);
  void answer().then(
    // A completion has functions, which cannot be sent.
    (value) => self.postMessage({ id, value: JSON.parse(JSON.stringify(value ?? null)) as unknown }),
    () => self.postMessage({ id, value: null }),
  );
});
