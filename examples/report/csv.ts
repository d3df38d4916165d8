type Entry = string | number;

const entry = (value: Entry): string => {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Returns a table as comma-separated values (RFC 4180, with \n at line ends). */
export const csvOf = (head: readonly string[], rows: readonly (readonly Entry[])[]): string =>
  [head, ...rows].map((row) => `${row.map(entry).join(',')}\n`).join('');
