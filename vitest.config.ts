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
 * True with COTANGENT_REQUIRE_SHADERS=1: a device that cannot run here is a failure. Otherwise it
 * is skipped, and a list at the end of the run says so.
 */
const requireShaders = process.env.COTANGENT_REQUIRE_SHADERS === '1';

// Dawn reads the name of the Vulkan driver's file from the real environment, so it is set here,
// before any worker starts. Debian 12's own lavapipe is too old for Dawn and is not on the list.
// The variable VK_ICD_FILENAMES overrides the list.
const vulkanDrivers = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
];
const driver = process.env.VK_ICD_FILENAMES ?? vulkanDrivers.find((file) => existsSync(file));
if (driver !== undefined) process.env.VK_ICD_FILENAMES = driver;
// Without this variable the graphics libraries print a warning at every start.
process.env.XDG_RUNTIME_DIR ??= tmpdir();

if (chromium === undefined && requireShaders) {
  throw new Error('vitest.config: COTANGENT_REQUIRE_SHADERS=1 needs Chromium, got none (set CHROMIUM to its path)');
}

/**
 * True with `COTANGENT_RUNTIME=1`, for a second run on another version of Node. It leaves out the
 * statistics, the experiments, the mathematics on `reference`, layers and rules, the largest and
 * the deepest graphs, and webgpu except for the facts about gpu.js. These depend on the version no
 * more than the other tests do, and they take most of the time.
 */
const isSecond = process.env.COTANGENT_RUNTIME === '1';
const leftOut = isSecond
  ? [
      'test/{testing,experiments,figure2,verify,kernels,autodiff,schedule,multiloss,transforms,nn,optim}/**',
      'test/device/{webgpu,multiloss,depth,large,largest,layouts,peers}.node.test.ts',
      'test/device/{contraction,affine,layouts}.test.ts',
      'test/device/webasm/**',
    ]
  : [];

/**
 * The devices on which the Node device tests run. headlessgl needs a compiled `gl` and an X server,
 * so only `.ci/headlessgl` names it.
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
 * The seed of every property test: the same from run to run, unless COTANGENT_SEED gives a number.
 * The value `random` draws a seed.
 */
const asked = process.env.COTANGENT_SEED ?? '20200912';
const seed = asked === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(asked);
if (!Number.isSafeInteger(seed)) {
  throw new Error(`vitest.config: COTANGENT_SEED must be an integer or 'random', got '${asked}'`);
}
// The seed is printed at the start, because a test that never ends does not print it.
if (asked === 'random') console.warn(`COTANGENT_SEED=${seed} is the seed of every property in this run`);

/** The path of a JSON file for the results, if a script is to read them. */
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

/**
 * Tests of cpu, webasm, and webgpu through Dawn. Each file has a process of its own, because native
 * code shares the process.
 */
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
 * Tests of what users get: the built package, its examples, the code in the documentation. It is
 * built once, in a temporary folder.
 */
const built: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: 'package',
    include: ['test/**/*.package.test.ts'],
    globalSetup: './test/support/buildPackage.ts',
    testTimeout: 240_000,
    hookTimeout: 600_000,
  },
};

/** Tests of webgl, webgl2, webgpu, and webasm with threads, in a page. */
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
      // Test files run one after another, because a page takes the whole graphics card or its
      // emulation. If this stood in the project's own options, the browser would wait until all
      // other projects have ended.
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
      'cotangent/inspect': fileURLToPath(new URL('src/inspect/index.ts', import.meta.url)),
      'cotangent/testing': fileURLToPath(new URL('src/testing/index.ts', import.meta.url)),
      'cotangent-lab': fileURLToPath(new URL('examples/compare/index.ts', import.meta.url)),
      cotangent: fileURLToPath(new URL('src/index.ts', import.meta.url)),
    },
  },
  test: {
    provide: { requireShaders, chromium: chromium ?? '', nodeDevices, seed },
    setupFiles: ['./test/support/seed.ts'],
    // On two cores Vitest would use only one worker.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', new SkipReporter(missing), ...(results === undefined ? [] : [jsonReporter(results)])],
    projects: [core, node, ...(chromium === undefined ? [] : [browser]), built],
  },
});
