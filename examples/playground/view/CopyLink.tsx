import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A button that copies a link and says for two seconds what came of it. */
export function CopyLink({ copy }: { readonly copy: () => Promise<boolean> }): JSX.Element {
  const [copied, setCopied] = useState<boolean>();
  useEffect(() => {
    if (copied === undefined) return undefined;
    const timer = setTimeout(() => setCopied(undefined), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const said = copied === undefined ? 'Copy link' : copied ? 'Copied' : 'See the address bar';
  return (
    <button class="button" type="button" data-test="copy-link" onClick={() => void copy().then(setCopied)}>
      <span aria-live="polite">{said}</span>
    </button>
  );
}
