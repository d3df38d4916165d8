import { onEachDevice } from '../support/onEachDevice.ts';
import { shaderSuite } from './shaders.ts';

await onEachDevice(['webgpu'], () => shaderSuite('wgsl'));
