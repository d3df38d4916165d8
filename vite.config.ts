import { defineConfig } from 'vite';

/** The one-file browser entry. gpu.js stays outside: it is loaded when a gpu.js device is first asked for. */
export default defineConfig({
  build: {
    outDir: 'dist/browser',
    target: 'es2023',
    sourcemap: true,
    minify: true,
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: () => 'cotangent.js' },
    rollupOptions: { external: ['gpu.js', 'webgpu'] },
  },
  logLevel: 'warn',
});
