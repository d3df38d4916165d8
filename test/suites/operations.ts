import { createSuite } from './create.ts';
import { elementwiseSuite } from './elementwise.ts';
import { indexingSuite } from './indexing.ts';
import { linearSuite } from './linear.ts';
import { lossSuite } from './losses.ts';
import { movementSuite } from './movement.ts';
import { randomSuite } from './random.ts';
import { reduceSuite } from './reduce.ts';
import type { DeviceName } from './settings.ts';

/** Every operation on a device. */
export function operationsSuite(name: DeviceName): void {
  for (const suite of [
    createSuite,
    elementwiseSuite,
    movementSuite,
    reduceSuite,
    linearSuite,
    indexingSuite,
    lossSuite,
    randomSuite,
  ])
    suite(name);
}
