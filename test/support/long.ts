/** True with `COTANGENT_LONG=1`: tests that have a long form run it; see docs/testing.md. */
export const long = globalThis.process?.env.COTANGENT_LONG === '1';
