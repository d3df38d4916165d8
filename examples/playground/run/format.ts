const mostItems = 100;
const deepest = 3;

/** Values that print themselves in Node, as tensors and keys do. */
const custom = Symbol.for('nodejs.util.inspect.custom');

const quote = (text: string): string => {
  const mark = ["'", '"', '`'].find((candidate) => !text.includes(candidate)) ?? "'";
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  return mark + (mark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + mark;
};

const keyText = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key));

function numberText(x: number): string {
  return Object.is(x, -0) ? '-0' : String(x);
}

function wrap(name: string, open: string, items: readonly string[], more: number, close: string): string {
  const shown = more > 0 ? [...items, `... ${more} more item${more === 1 ? '' : 's'}`] : items;
  return `${name}${open}${shown.length === 0 ? '' : ` ${shown.join(', ')} `}${close}`;
}

/** Returns the name of an object's class with a space, or nothing for a plain one. */
function prefixOf(value: object, plain: object): string {
  const prototype = Object.getPrototypeOf(value) as { readonly constructor?: { readonly name?: string } } | null;
  if (prototype === plain) return '';
  return prototype === null ? '[Object: null prototype] ' : `${prototype.constructor?.name ?? 'Object'} `;
}

function objectText(value: object, depth: number, above: readonly object[]): string {
  if (above.includes(value)) return '[Circular *1]';
  const own = (value as Record<symbol, unknown>)[custom];
  if (typeof own === 'function') return String((own as () => unknown).call(value));
  if (value instanceof Error) return value.stack?.includes(value.message) ? value.stack : String(value);
  if (value instanceof Date || value instanceof RegExp || value instanceof Promise)
    return value instanceof Promise ? 'Promise {}' : value instanceof Date ? value.toISOString() : String(value);
  const inner = (x: unknown): string => format(x, depth + 1, [...above, value]);
  const name = Array.isArray(value) ? 'Array' : (Object.getPrototypeOf(value) as object | null)?.constructor.name;
  if (depth > deepest - 1 && Object.keys(value).length > 0) return `[${name ?? 'Object: null prototype'}]`;
  if (Array.isArray(value)) {
    const items = Array.from({ length: Math.min(value.length, mostItems) }, (_, i) => inner(value[i]));
    return wrap('', '[', items, value.length - mostItems, ']');
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const array = value as unknown as ArrayLike<number | bigint>;
    const items = Array.from({ length: Math.min(array.length, mostItems) }, (_, i) => inner(array[i]));
    return wrap(`${name}(${array.length}) `, '[', items, array.length - mostItems, ']');
  }
  if (value instanceof Set)
    return wrap(`Set(${value.size}) `, '{', [...value].slice(0, mostItems).map(inner), value.size - mostItems, '}');
  if (value instanceof Map) {
    const items = [...value].slice(0, mostItems).map(([key, x]) => `${inner(key)} => ${inner(x)}`);
    return wrap(`Map(${value.size}) `, '{', items, value.size - mostItems, '}');
  }
  const items = Object.entries(Object.getOwnPropertyDescriptors(value))
    .filter(([, d]) => d.enumerable)
    .map(([key, d]) => `${keyText(key)}: ${'value' in d ? inner(d.value) : d.get ? '[Getter]' : '[Setter]'}`);
  return wrap(prefixOf(value, Object.prototype), '{', items.slice(0, mostItems), items.length - mostItems, '}');
}

/**
 * Returns a value as the console of Node prints it within an object, in one line. It is at most
 * three levels deep and has at most a hundred items of a list.
 */
export function format(value: unknown, depth = 0, above: readonly object[] = []): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') {
    const isClass = /^class\b/.test(Function.prototype.toString.call(value));
    const name = value.name === '' ? ' (anonymous)' : isClass ? ` ${value.name}` : `: ${value.name}`;
    return `[${isClass ? 'class' : 'Function'}${name}]`;
  }
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return objectText(value, depth, above);
  } catch (error) {
    // A getter or a proxy of the program threw.
    return `[an object that cannot be printed: ${String(error)}]`;
  }
}

/** Returns the line that `console.log` prints. Strings are printed as they are. */
export const line = (values: readonly unknown[]): string =>
  values.map((value) => (typeof value === 'string' ? value : format(value))).join(' ');
