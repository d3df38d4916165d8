import type { KernelCode } from '../../kernel/code.ts';
import { forbidden } from '../forbidden.ts';
import type { Device } from './device.ts';
import type { Dialect } from './dialect.ts';
import { print } from './print.ts';

const dialect: Dialect = {
  name: 'cpu',
  largestIndex: Infinity,
  dividesExactly: true,
  asNumber: (index) => `(${index})`,
  passesFixed: false,
};

/** Returns a kernel's code as plain JavaScript. */
export const javascriptOf = (code: KernelCode): string => print(code, dialect).text;

/** The device `cpu`, which runs JavaScript. It needs permission to make functions from text. */
export const cpu: Device = {
  name: 'cpu',
  kernelClass: 'CPUKernel',
  settings: {},
  dialect,
  onHost: true,
  async begin() {
    const refusal = forbidden('cpu');
    if (refusal !== undefined) throw new Error(refusal);
  },
};
