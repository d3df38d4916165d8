/** Returns a text in which the characters that HTML reserves are escaped. */
export const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);

/** A text of a table; a strong one is set in bold. */
export type TableText = string | { readonly strong: string };

const shown = (text: TableText): string =>
  typeof text === 'string' ? escape(text) : `<strong>${escape(text.strong)}</strong>`;

/** Returns the text of a table's cell without its weight. */
export const plain = (text: TableText): string => (typeof text === 'string' ? text : text.strong);

const row = (tag: 'td' | 'th', texts: readonly TableText[]): string =>
  `<tr>${texts.map((t) => `<${tag}>${shown(t)}</${tag}>`).join('')}</tr>`;

/** Returns a table in HTML. The first column is aligned left, the others right. */
export const table = (head: readonly string[], rows: readonly (readonly TableText[])[]): string =>
  `<table><thead>${row('th', head)}</thead><tbody>${rows.map((r) => row('td', r)).join('\n')}</tbody></table>`;

export const paragraphs = (texts: readonly string[]): string => texts.map((t) => `<p>${escape(t)}</p>`).join('\n');

export const list = (texts: readonly string[]): string =>
  `<ul>${texts.map((t) => `<li>${escape(t)}</li>`).join('\n')}</ul>`;

/** Returns HTML that is shown when the reader opens it. */
export const details = (title: string, body: string): string =>
  `<details><summary>${escape(title)}</summary>${body}</details>`;

const style = `
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 1080px; margin: 2em auto; padding: 0 1em; color: #222; }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 1em 0; }
  th, td { padding: 0.15em 0.8em; text-align: right; border-bottom: 1px solid #ddd; white-space: nowrap; }
  th:first-child, td:first-child { text-align: left; }
  figure, svg { margin: 0.5em 0; max-width: 100%; }
  h2 { margin-top: 2em; }
  pre { background: #f5f5f5; padding: 0.6em; overflow-x: auto; }`;

/**
 * Returns a self-contained HTML page: no script, no network. `body` is HTML, `extra` holds further
 * CSS rules.
 */
export const page = (title: string, body: string, extra = ''): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title)}</title>
<style>${style}${extra}
</style>
</head>
<body>
<h1>${escape(title)}</h1>
${body}
</body>
</html>
`;
