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

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Tells whether this program was run here before. */
export const wasRun = async (text: string): Promise<boolean> => known().includes(await hashOf(text));

/** Notes that the reader ran this program. */
export async function noteRun(text: string): Promise<void> {
  const hash = await hashOf(text);
  const list = [...known().filter((item) => item !== hash), hash].slice(-most);
  try {
    localStorage.setItem(key, JSON.stringify(list));
  } catch {
    // Without storage, the reader is asked again next time.
  }
}
