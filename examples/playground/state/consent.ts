/** The hashes of the programs that were run here, of which the last few hundred are kept. */
const key = 'cotangent-playground-run';
const most = 400;

function known(): readonly string[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
  } catch {
    // A browser may refuse storage, or hold something else there: then nothing was run here.
    return [];
  }
}

/** Returns the hash of a program; undefined where a page without https may not compute any. */
async function hashOf(text: string): Promise<string | undefined> {
  if (!isSecureContext) return undefined;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Tells whether this program was run here before. */
export async function wasRun(text: string): Promise<boolean> {
  const hash = await hashOf(text);
  return hash !== undefined && known().includes(hash);
}

/** Notes that the reader ran this program. */
export async function noteRun(text: string): Promise<void> {
  const hash = await hashOf(text);
  if (hash === undefined) return;
  const list = [...known().filter((item) => item !== hash), hash].slice(-most);
  try {
    localStorage.setItem(key, JSON.stringify(list));
  } catch {
    // Without storage, the reader is asked again next time.
  }
}
