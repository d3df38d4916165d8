import { expect, test } from 'vitest';
import { foldOf, variableSet, variablesIn } from '../../examples/playground/graph/kernelText.ts';

test('a variable is the same in the languages of all devices', () => {
  for (const line of ['  const v3 = (v1 * 2);', 'float user_v3=(user_v1*2.0);', 'var user_v3 : f32 = (user_v1*2.0);']) {
    expect(variableSet(line)).toBe('v3');
    expect(variablesIn(line)).toEqual(['v3', 'v1']);
  }
  expect(variableSet('return (v3 === v1);')).toBeUndefined();
  expect(variablesIn('get_user_a0(0, 0)')).toEqual([]);
});

test('the heart of a shader is its function, and the three parts are the whole text', () => {
  const shader =
    'precision highp float;\nfloat f() { return 1.0; }\nvoid kernel() {\n  if (a) {\n    b;\n  }\n}\nvoid main(void) {\n  kernel();\n}';
  const { before, heart, after } = foldOf(shader);
  expect(heart).toBe('void kernel() {\n  if (a) {\n    b;\n  }\n}');
  expect([before, heart, after].join('\n')).toBe(shader);
  expect(foldOf('function (a0) {\n  return a0;\n}')).toEqual({
    before: '',
    heart: 'function (a0) {\n  return a0;\n}',
    after: '',
  });
});
