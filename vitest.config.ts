import { existsSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import type { TestProjectInlineConfiguration } from 'vitest/config';
import { chromium, chromiumArguments, isolation } from './test/support/chromium.ts';
import { SkipReporter } from './test/support/skipReporter.ts';
import { page } from './vite.config.ts';

/**
 * With COTANGENT_REQUIRE_SHADERS=1 a device that cannot run here is a failure; without it, a loud
 * skip.
 */
const requireShaders = process.env.COTANGENT_REQUIRE_SHADERS === '1';

// Dawn reads the driver's file name from the real environment, so it is set here, before any worker
// starts. Debian 12's own lavapipe is too old for Dawn and is not on the list; whoever has a driver
// sets the variable.
const vulkanDrivers = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
];
const driver = process.env.VK_ICD_FILENAMES ?? vulkanDrivers.find((file) => existsSync(file));
if (driver !== undefined) process.env.VK_ICD_FILENAMES = driver;
// Without it the graphics libraries complain at every start.
process.env.XDG_RUNTIME_DIR ??= tmpdir();

if (chromium === undefined && requireShaders) {
  throw new Error('vitest.config: COTANGENT_REQUIRE_SHADERS=1 needs Chromium, got none (set CHROMIUM to its path)');
}

/**
 * `COTANGENT_RUNTIME=1`, for a second run on another version of Node: leaves out the statistics and
 * the experiments, and webgpu, of which the facts about gpu.js remain. None of them depends on the
 * version more than the rest does, and they take two thirds of the time.
 */
const isSecond = process.env.COTANGENT_RUNTIME === '1';
const leftOut = isSecond ? ['test/testing/**', 'test/experiments/**', 'test/device/webgpu.node.test.ts'] : [];

/**
 * What the Node device tests loop over. headlessgl needs a compiled `gl` and an X server, so only
 * `.ci/headlessgl` names it.
 */
const nodeDevices = process.env.COTANGENT_DEVICES?.split(',') ?? [
  'reference',
  'cpu',
  'webasm',
  ...(isSecond ? [] : ['webgpu']),
];

const missing =
  chromium === undefined ? ['no Chromium: webgl, webgl2, webgpu and webasm in a page were not tested at all'] : [];

/**
 * The seed of every property test: the same from run to run, unless COTANGENT_SEED gives a number
 * or says `random`.
 */
const asked = process.env.COTANGENT_SEED ?? '20200912';
const seed = asked === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(asked);
if (!Number.isSafeInteger(seed)) {
  throw new Error(`vitest.config: COTANGENT_SEED must be an integer or 'random', got '${asked}'`);
}
// A test that never ends prints no seed of its own.
if (asked === 'random') console.warn(`COTANGENT_SEED=${seed} is the seed of every property in this run`);

/** Where to leave the counts for a script to read. */
const results = process.env.COTANGENT_RESULTS;
const jsonReporter = (outputFile: string): ['json', { outputFile: string }] => ['json', { outputFile }];

const core: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'core',
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.{node,browser,package}.test.ts', ...leftOut],
    testTimeout: 30_000,
  },
};

/** cpu, webasm, and webgpu through Dawn. Forks, because native code shares the process. */
const node: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'node',
    include: ['test/**/*.node.test.ts'],
    exclude: [...(nodeDevices.includes('headlessgl') ? [] : ['test/**/headlessgl.node.test.ts']), ...leftOut],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
};

/**
 * What users get: the built package, its examples, the code in the documentation. Built once, in a
 * temporary folder.
 */
const built: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'package',
    include: ['test/**/*.package.test.ts'],
    globalSetup: './test/support/buildPackage.ts',
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
};

/** webgl, webgl2, webgpu, and webasm with threads. */
const browser: TestProjectInlineConfiguration = {
  extends: true,
  resolve: { alias: [page] },
  optimizeDeps: { include: ['gpu.js', 'fflate', 'jpeg-js'] },
  server: {
    headers: isolation,
  },
  test: {
    name: 'browser',
    include: ['test/**/*.browser.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    browser: {
      enabled: true,
      headless: true,
      // A page has the whole of a graphics card, or of the program that plays one. If this stood in
      // the project's own options, the browser would wait until all other projects have ended.
      fileParallelism: false,
      ui: false,
      screenshotFailures: false,
      instances: [{ browser: 'chromium' }],
      provider: playwright({
        launchOptions: {
          executablePath: chromium ?? '',
          chromiumSandbox: false,
          args: ['--js-flags=--expose-gc', ...chromiumArguments],
        },
      }),
    },
  },
};

export default defineConfig({
  resolve: {
    alias: {
      'cotangent/data': fileURLToPath(new URL('src/data/index.ts', import.meta.url)),
      'cotangent/testing': fileURLToPath(new URL('src/testing/index.ts', import.meta.url)),
      cotangent: fileURLToPath(new URL('src/index.ts', import.meta.url)),
    },
  },
  test: {
    provide: { requireShaders, chromium: chromium ?? '', nodeDevices, seed },
    setupFiles: ['./test/support/seed.ts'],
    // Of two cores Vitest would use one for tests.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', new SkipReporter(missing), ...(results === undefined ? [] : [jsonReporter(results)])],
    projects: [core, node, ...(chromium === undefined ? [] : [browser]), built],
  },
});
