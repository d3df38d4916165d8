import { onEachDevice } from '../support/onEachDevice.ts';
import { shaderSuite } from './shaders.ts';

await onEachDevice(['webgpu'], () => shaderSuite('wgsl'));
await onEachDevice(['webgl', 'webgl2'], () => shaderSuite('glsl'));
