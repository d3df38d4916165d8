/** Vite gives the text of a page. */
declare module '*.md?raw' {
  const text: string;
  export { text as default };
}
