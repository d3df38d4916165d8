/** Random functions. Each is pure: equal keys give equal draws. All throw if their key is none. */
export * as random from './draws.ts';
