export { cosine } from './cosine.ts';
export type { Schedule } from './schedule.ts';
