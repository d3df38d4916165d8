// The service worker: after one visit the page opens without a network. The page itself is asked of
// the server first, so a new build is seen at once, and so is another program at the same address.
// The other files have names that change with their content and are served from the store.

/** Files that are stored at once, files that are stored when used, and a name of the build. */
declare const __FILES__: readonly string[];
declare const __LATER__: readonly string[];
declare const __BUILD__: string;

/** The parts of a service worker's world that are used here; the compiler knows pages alone. */
interface Extendable extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
interface Fetching extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const prefix = 'cotangent-playground-';
const name = prefix + __BUILD__;

addEventListener('install', (event) =>
  (event as Extendable).waitUntil(caches.open(name).then((cache) => cache.addAll(['./', ...__FILES__]))),
);

addEventListener('activate', (event) => {
  const isOld = (key: string): boolean => key.startsWith(prefix) && key !== name;
  const clean = async (): Promise<unknown> =>
    Promise.all((await caches.keys()).filter(isOld).map((key) => caches.delete(key)));
  (event as Extendable).waitUntil(clean());
});

/** The addresses of the build's files. */
const built: ReadonlySet<string> = new Set(
  [...__FILES__, ...__LATER__].map((file) => new URL(file, location.href).href),
);

// A host may vary its answers by origin or encoding; the file is the same.
const stored = (request: Request): Promise<Response | undefined> =>
  caches.match(request, { ignoreSearch: true, ignoreVary: true });

async function fileOf(request: Request): Promise<Response> {
  const known = await stored(request);
  if (known) return known;
  const response = await fetch(request);
  // What is too large to be stored in advance is stored when it was needed.
  if (response.ok) await (await caches.open(name)).put(request, response.clone());
  return response;
}

async function pageOf(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const known = await stored(request);
    if (known) return known;
    throw error;
  }
}

addEventListener('fetch', (event) => {
  const fetching = event as Fetching;
  const { request } = fetching;
  if (request.mode === 'navigate') fetching.respondWith(pageOf(request));
  else if (request.method === 'GET' && built.has(request.url)) fetching.respondWith(fileOf(request));
});
